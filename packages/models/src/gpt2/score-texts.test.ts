import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { completionsFromRows, preferencesFromRows, tokenCompletions, tokenPreferences } from '@lamo/data';
import { openDevice, writeSafetensors } from '@lamo/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { type PlainGpt2, plainGpt2 } from '../../../../test/plain-gpt2';
import { digits } from '../../../../test/plain-tokenizers';
import { evaluatePreferences } from './evaluate-preferences';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { loadGpt2, saveGpt2 } from './load-gpt2';
import { initRewardHead } from './reward-head';
import { scoreTexts } from './score-texts';

const folder = mkdtempSync(join(tmpdir(), 'lamo-score-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = gpt2Config({
  ...{ vocabSize: 11, nPositions: 12, nEmbd: 16, nLayer: 2, nHead: 2, initializerRange: 0.5 },
});
const parameters = initGpt2(config, Rng.fromSeed(1));
const model = { config, parameters, rewardHead: initRewardHead(config, Rng.fromSeed(2)) };

/** The reward of a text whose last token ends it, and what that token attends to in the last block, in double precision. */
function plainScore(ids: readonly number[]): { reward: number; attention: number[] } {
  const { wte, wpe } = parameters;
  const width = config.nEmbd;
  const at = (table: typeof wte, row: number) =>
    Array.from(table.weight.data.subarray(row * width, (row + 1) * width));
  const embedded = ids.map((id, t) => at(wte, id).map((x, i) => x + at(wpe, t)[i]!));
  let projected: readonly (readonly number[])[] = [];
  const hidden = plainGpt2(parameters as unknown as PlainGpt2, embedded, config, undefined, (qkv) => {
    projected = qkv;
  });
  const { data } = model.rewardHead.score.weight;
  const reward = hidden.at(-1)!.reduce((sum, x, i) => sum + x * data[i]!, 0);
  const size = width / config.nHead;
  const attention = ids.map(() => 0);
  for (let head = 0; head < config.nHead; head++) {
    const [query, keys] = [0, width].map((from) =>
      projected.map((row) => row.slice(from + head * size, from + (head + 1) * size)),
    );
    const powers = keys!.map((key) =>
      Math.exp(key.reduce((sum, k, i) => sum + k * query!.at(-1)![i]!, 0) / Math.sqrt(size)),
    );
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (const [t, power] of powers.entries()) attention[t]! += power / total / config.nHead;
  }
  return { reward, attention };
}

const rows = [
  { prompt: '12', completion: '345' },
  { prompt: '6', completion: '7' },
  {
    messages: [
      { role: 'user', content: '1' },
      { role: 'assistant', content: '2' },
      { role: 'user', content: '3' },
      { role: 'assistant', content: '45' },
      { role: 'user', content: '8' },
    ],
  },
] as const;
/** Up to the last token that is learned. */
const IDS = [
  [1, 2, 3, 4, 5, 10],
  [6, 7, 10],
  [1, 2, 10, 3, 4, 5, 10],
];
const LEARNED = [
  [2, 3, 4, 5],
  [1, 2],
  [1, 2, 4, 5, 6],
];

describe('a reward model', () => {
  it('scores texts at the end of their answers, and says what it attends to there, as plain arithmetic does', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const completions = await tokenCompletions(completionsFromRows(rows), digits, { context: 12 });
    // Two at once: the last batch is not full.
    const scores = await scoreTexts(model, completions, { device, batchSize: 2 });
    for (const [i, { reward, attention }] of scores.entries()) {
      const expected = plainScore(IDS[i]!);
      expect(reward).toBeCloseTo(expected.reward, 4); // float32, two blocks with weights around 0.5
      const learned = LEARNED[i]!.map((t) => expected.attention[t]!);
      const total = learned.reduce((sum, share) => sum + share, 0);
      expect(attention).toHaveLength(learned.length);
      for (const [t, share] of attention.entries()) expect(share).toBeCloseTo(learned[t]! / total, 5);
      // Divided in double precision.
      expect(attention.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  it('is measured by the odds that it gives to better answers', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const pairs = [
      { prompt: '12', chosen: '345', rejected: '7' },
      { prompt: '6', chosen: '7', rejected: '81' },
      { prompt: '6', chosen: '2', rejected: '3' },
    ];
    const preferences = await tokenPreferences(preferencesFromRows(pairs), digits, { context: 12 });
    const margins = pairs.map(({ prompt, chosen, rejected }) => {
      const [better, worse] = [chosen, rejected].map(
        (answer) => plainScore([...digits.encode(prompt + answer), 10]).reward,
      );
      return better! - worse!;
    });
    const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / 3;
    const score = await evaluatePreferences(model, preferences, { device });
    expect(score.pairs).toBe(3);
    expect(score.margin).toBeCloseTo(mean(margins), 4);
    expect(score.loss).toBeCloseTo(mean(margins.map((margin) => Math.log1p(Math.exp(-margin)))), 4);
    expect(score.accuracy).toBeCloseTo(mean(margins.map((margin) => Number(margin > 0))), 10);
  });

  it('comes back from its file, and not with the head of another model', async () => {
    saveGpt2(folder, model);
    expect((await loadGpt2(folder)).rewardHead).toEqual(model.rewardHead);
    const weight = { shape: [1, 3], data: new Float32Array(3) };
    const path = join(folder, 'reward.safetensors');
    writeSafetensors(path, { tensors: new Map([['score.weight', weight]]), metadata: {} });
    await expect(loadGpt2(folder)).rejects.toThrow(/'score\.weight' \[1, 16\].*received \[1, 3\]/);
    saveGpt2(folder, { config, parameters });
    expect((await loadGpt2(folder)).rewardHead).toBeUndefined();
  });
});
