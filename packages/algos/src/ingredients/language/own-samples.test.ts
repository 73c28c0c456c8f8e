import { Rng } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { gpt2Config, initGpt2 } from '@lamo/models';
import { type Device, openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { permutations, permutationTokenizer } from '../../../test/permutation-task';
import { OwnSamples } from './own-samples';

const T = 10;
const sizes = gpt2Config({ vocabSize: 12, nPositions: T, nEmbd: 8, nLayer: 1, nHead: 2 });
const rows = permutations({ prompts: 20, answers: 1, seed: 1 });
const modelOf = (seed: number) => ({ config: sizes, parameters: initGpt2(sizes, Rng.fromSeed(seed)) });

const open = async () => {
  const completions = await tokenCompletions(completionsFromRows(rows), permutationTokenizer, { context: T });
  const plain = await openDevice('cpu', { threads: 1 });
  const counted = { compiled: 0 };
  const compile: Device['compile'] = (program) => {
    counted.compiled += 1;
    return plain.compile(program);
  };
  const device = { ...plain, compile };
  const look = { device, readState: () => Promise.reject(new Error('the model is given')) };
  const options = { batchSize: 3, ownBatchSize: 2, every: 2, firstStep: 4, temperature: 1 };
  let trained = modelOf(2);
  const source = new OwnSamples(completions, { ...options, modelOf: async () => trained }, Rng.fromSeed(5));
  const into = Object.fromEntries(
    Object.entries(source.shapes).map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((size, length) => size * length, 1)),
    ]),
  );
  const train = (seed: number) => {
    trained = modelOf(seed);
  };
  return { source, into, counted, train, grow: () => source.grow(look) };
};

it('writes before the first step after those without, and then every so many steps', async () => {
  const { source, grow } = await open();
  expect([0, 3, 4, 5].map((taken) => source.isDue(taken))).toEqual([false, false, true, true]);
  expect([0, 3, 4, 5, 6].map((taken) => source.stepsLeft(taken))).toEqual([4, 1, 2, 1, 2]);
  await grow();
  expect([4, 5, 6].map((taken) => source.isDue(taken))).toEqual([false, false, true]);
});

it('has no own texts in a batch before it writes', async () => {
  const { source, into } = await open();
  into.ownTokens!.fill(7);
  source.next(into);
  expect(Math.max(...into.ownTokens!, ...into.ownMask!, ...into.ownEnded!)).toBe(0);
  expect(into.mask!.filter((x) => x === 1)).toHaveLength(3 * 5);
});

it('continues prompts of examples, marks what was written, and gives each text once', async () => {
  const { source, into, grow } = await open();
  const metrics = await grow();
  const prompts = new Set(rows.map(({ prompt }) => prompt));
  const lengths: number[] = [];
  const seen = new Set<string>();
  for (let step = 0; step < 2; step++) {
    source.next(into);
    for (let row = 0; row < 2; row++) {
      const tokens = into.ownTokens!.subarray(row * T, (row + 1) * T);
      const mask = Array.from(into.ownMask!.subarray(row * T, (row + 1) * T));
      expect(prompts).toContain(permutationTokenizer.decode(tokens.subarray(0, 5)));
      const count = mask.filter((x) => x === 1).length;
      expect(mask).toEqual(Array.from({ length: T }, (_, i) => Number(i >= 5 && i < 5 + count)));
      const isEnded = tokens[5 + count - 1] === permutationTokenizer.endOfText;
      expect(into.ownEnded![row]).toBe(Number(isEnded));
      expect(isEnded || 5 + count === T).toBe(true);
      lengths.push(count);
      seen.add(tokens.join());
    }
  }
  expect(seen.size).toBe(4);
  expect(metrics.ownLength).toBeCloseTo(lengths.reduce((sum, length) => sum + length, 0) / 4, 10);
});

it('continues from where it was saved', async () => {
  const [first, second] = [await open(), await open()];
  await first.grow();
  first.source.next(first.into);
  second.source.restore(JSON.parse(JSON.stringify(first.source.state())));
  for (const { source, into, grow } of [first, second]) {
    source.next(into);
    await grow();
    source.next(into);
  }
  expect(second.into).toEqual(first.into);
});

it('writes with the weights of now, and compiles the model once for all times', async () => {
  const [kept, fresh] = [await open(), await open()];
  await kept.grow();
  for (const seed of [3, 4]) {
    kept.train(seed);
    fresh.train(seed);
    // One that never wrote before, and has to compile.
    await fresh.source.dispose();
    fresh.source.restore(JSON.parse(JSON.stringify(kept.source.state())));
    for (const { source, into, grow } of [kept, fresh]) {
      await grow();
      source.next(into);
    }
    expect(kept.into).toEqual(fresh.into);
  }
  expect([kept.counted.compiled, fresh.counted.compiled]).toEqual([1, 2]);
  await kept.source.dispose();
});
