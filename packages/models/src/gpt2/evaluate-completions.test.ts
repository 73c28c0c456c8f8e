import { Rng } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { evaluateCompletions } from './evaluate-completions';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import { languageLoss } from './language-model';

const config = gpt2Config({
  ...{ vocabSize: 128, nPositions: 12, nEmbd: 8, nLayer: 1, nHead: 2, initializerRange: 0.5 },
});
const model = { config, parameters: initGpt2(config, Rng.fromSeed(1)) };
const ascii = {
  vocabularySize: 128,
  fingerprint: 'ascii',
  endOfText: 0,
  encode: (text: string) => [...Buffer.from(text)],
  decode: (ids: ArrayLike<number>) => Buffer.from(Array.from(ids)).toString(),
};
const rows = ['a', 'bcd', 'efghi', 'j', 'klm', 'no', 'p'].map((completion, i) => ({
  prompt: 'x'.repeat(1 + (i % 4)),
  completion,
}));
const open = (context: number) => tokenCompletions(completionsFromRows(rows), ascii, { context });
const measure = async (context: number, batchSize: number) =>
  evaluateCompletions(model, await open(context), {
    batchSize,
    device: await openDevice('cpu', { threads: 1 }),
  });

/** The mean over the tokens of one example's completion, from a row that is not padded. */
async function lossAlone(ids: readonly number[], counted: readonly number[]): Promise<number> {
  const array = (data: readonly number[]) => ({ shape: [1, ids.length], data: Float32Array.from(data) });
  const { loss } = await compute(
    model.parameters,
    { ids: array(ids), weights: array(counted) },
    (parameters, { ids, weights }) => ({
      loss: languageLoss(parameters as never, ids!, config, { weights: weights! }),
    }),
  );
  return loss![0]!;
}

it('is the mean over the tokens of all completions, however long they are and however many are computed at once', async () => {
  let [sum, tokens] = [0, 0];
  for (const { prompt, completion } of rows) {
    const ids = [...ascii.encode(prompt), ...ascii.encode(completion), 0];
    const counted = completion.length + 1;
    sum +=
      counted *
      (await lossAlone(
        ids,
        Array.from(ids, (_, t) => (t < prompt.length ? 0 : 1)),
      ));
    tokens += counted;
  }
  for (const batchSize of [1, 3, 7, 8]) {
    const measured = await measure(12, batchSize);
    // float32 means of up to 24 losses.
    expect(measured.loss / (sum / tokens)).toBeCloseTo(1, 6);
    expect(measured.perplexity).toBe(Math.exp(measured.loss));
    expect(measured.tokens).toBe(tokens);
  }
});

it('refuses examples that are too long, and tokens that the model does not know', async () => {
  const short = { ...model, config: { ...config, nPositions: 8 } };
  await expect(evaluateCompletions(short, await open(12))).rejects.toMatchObject({ code: 'block-too-long' });
  const small = { ...model, config: { ...config, vocabSize: 100 } };
  await expect(evaluateCompletions(small, await open(12))).rejects.toThrow(/ids below 100.*received 120/);
});
