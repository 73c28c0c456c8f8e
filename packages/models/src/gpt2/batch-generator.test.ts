import { Rng } from '@lamo/core';
import { type Device, openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { withXla } from '../../../../test/with-xla';
import { BatchGenerator, type GenerateBatchOptions } from './batch-generator';
import { generateBatch } from './generate-batch';
import { initGpt2 } from './gpt2';
import { gpt2Config } from './gpt2-config';
import type { LoadedGpt2 } from './load-gpt2';
import { initTokenValues } from './token-values';

const config = gpt2Config({
  ...{ vocabSize: 11, nPositions: 80, nEmbd: 16, nLayer: 2, nHead: 2, initializerRange: 0.5 },
});
const model = (seed: number): LoadedGpt2 => ({ config, parameters: initGpt2(config, Rng.fromSeed(seed)) });
const steeredModel = (seed: number, advantageWeight: number): LoadedGpt2 => ({
  ...model(seed),
  steering: {
    values: initTokenValues(config, Rng.fromSeed(seed + 1)),
    ...{ advantageWeight, largestAdvantage: null, rewardScale: 1 },
  },
});
const prompts = [[1, 2], [3], [4, 5, 6, 7]];

/** A device that counts what it compiles. */
function counting(device: Device) {
  const counted = { compiled: 0 };
  const compile: Device['compile'] = (program) => {
    counted.compiled += 1;
    return device.compile(program);
  };
  return { counted, device: { ...device, compile } };
}

it.each(withXla('cpu', 'tfjs-cpu'))(
  'writes what a model compiled for it alone writes, to the bit, and compiles nothing for other weights, on %s',
  async (name) => {
    const plain = await openDevice(name, { threads: 1 });
    const { counted, device } = counting(plain);
    const generator = new BatchGenerator(device);
    const check = async (given: LoadedGpt2, options: GenerateBatchOptions = {}) => {
      // Draws are measured: their probabilities are equal only if logits are, to the bit.
      const all = { tokens: 12, seed: 4, measure: true, ...options };
      const expected = await generateBatch(given, prompts, { ...all, device: plain });
      expect(await generator.generate(given, prompts, all)).toEqual(expected);
      return counted.compiled;
    };
    expect(await check(model(1))).toBe(1);
    expect(await check(model(2))).toBe(1);
    expect(await check(model(1), { seed: 5 })).toBe(1);
    // More tokens need larger caches; the smaller ones stay, with the weights of now.
    expect(await check(model(3), { tokens: 50 })).toBe(2);
    expect(await check(model(4))).toBe(2);
    await generator.dispose();
  },
);

it('compiles anew for another number of rows, and for whatever else of a model is not a weight', async () => {
  const { counted, device } = counting(await openDevice('cpu', { threads: 1 }));
  const generator = new BatchGenerator(device);
  const compiles = async (given: LoadedGpt2, options: GenerateBatchOptions = {}) => {
    const before = counted.compiled;
    const all = { tokens: 6, seed: 4, measure: true, ...options };
    expect(await generator.generate(given, prompts, all)).toEqual(
      await generateBatch(given, prompts, { ...all, device: await openDevice('cpu', { threads: 1 }) }),
    );
    return counted.compiled - before;
  };
  expect(await compiles(model(1))).toBe(1);
  expect(await compiles(model(1), { batchSize: 2 })).toBe(1);
  expect(await compiles(steeredModel(1, 2), { batchSize: 2 })).toBe(1);
  expect(await compiles(steeredModel(3, 2), { batchSize: 2 })).toBe(0);
  expect(await compiles(steeredModel(3, 1), { batchSize: 2 })).toBe(1);
  expect(await compiles(steeredModel(3, 0), { batchSize: 2 })).toBe(1);
  expect(await compiles({ ...model(3), config: { ...config, activationFunction: 'relu' } })).toBe(1);
  await generator.dispose();
});
