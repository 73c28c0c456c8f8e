import { Rng } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import { evaluateCompletions } from './evaluate-completions';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { implicitRewards } from './implicit-rewards';

const config = gpt2Config({ vocabSize: 11, nPositions: 12, nEmbd: 16, nLayer: 2, nHead: 2 });
const rng = Rng.fromSeed(1);
const model = {
  config: { ...config, initializerRange: 0.5 },
  parameters: initGpt2({ ...config, initializerRange: 0.5 }, rng),
};

const load = () =>
  tokenCompletions(
    completionsFromRows([
      { prompt: '12', completion: '345' },
      { prompt: '6', completion: '7' },
      {
        messages: [
          { role: 'user', content: '1' },
          { role: 'assistant', content: '2' },
          { role: 'user', content: '3' },
          { role: 'assistant', content: '45' },
        ],
      },
    ]),
    digits,
    { context: 12 },
  );

describe('implicit rewards', () => {
  it('add up to the first value and the log-likelihood without a discount, in each turn', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const completions = await load();
    // Two at once: the last batch is not full.
    const all = await implicitRewards(model, completions, { device, batchSize: 2 });
    const sum = (x: Float32Array) => x.reduce((total, each) => total + each, 0);
    expect(all.map(({ tokens }) => Array.from(tokens))).toEqual([
      [3, 4, 5, 10],
      [7, 10],
      [2, 10, 4, 5, 10],
    ]);
    for (const each of all.slice(0, 2))
      expect(sum(each.rewards)).toBeCloseTo(each.value + sum(each.logLikelihoods), 4); // float32 sums of values below ten
    // Of the dialogue's first turn, two tokens.
    const dialogue = all[2]!;
    const [rewards, likelihoods] = [dialogue.rewards.subarray(0, 2), dialogue.logLikelihoods.subarray(0, 2)];
    expect(sum(rewards)).toBeCloseTo(dialogue.value + sum(likelihoods), 4);
    const { loss } = await evaluateCompletions(model, completions, { device });
    const total = all.reduce((rest, { logLikelihoods }) => rest + sum(logLikelihoods), 0);
    expect(-total / 11).toBeCloseTo(loss, 5);
  });

  it('are logits less the discounted value of what follows', async () => {
    const completions = (await load()).select([0]);
    const [none] = await implicitRewards(model, completions, { discount: 0 });
    const [half] = await implicitRewards(model, completions, { discount: 0.5 });
    const [whole] = await implicitRewards(model, completions);
    // Without a discount the reward is the logit itself; each half of the discount takes half of V′.
    for (let i = 0; i < 4; i++) {
      const drop = none!.rewards[i]! - whole!.rewards[i]!;
      expect(none!.rewards[i]! - half!.rewards[i]!).toBeCloseTo(drop / 2, 5);
      const nextValue = i === 3 ? 0 : none!.rewards[i + 1]! - none!.logLikelihoods[i + 1]!;
      expect(drop).toBeCloseTo(nextValue, 5);
    }
  });
});
