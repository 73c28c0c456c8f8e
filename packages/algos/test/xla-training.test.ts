import { hostArray, openDevice, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { pluginPath } from '../../../test/fixtures';
import { withXla } from '../../../test/with-xla';
import { bc } from '../src/algorithms/bc';
import { iql } from '../src/algorithms/iql';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { train } from '../src/engine/train';
import { distanceToBest, lineDataset } from './line-task';
import { settingsOf } from './small-config';

describe.skipIf(pluginPath() === undefined)('a training on XLA', () => {
  it.each(['float32', 'bf16'] as const)('learns in %s', async (precision) => {
    const device = await openDevice('xla', { precision });
    // As on cpu: imitation of random actions would be 1/12 away on average.
    expect(await distanceToBest(iql, 500, { inverseTemperature: 10 }, { device })).toBeLessThan(0.02);
  });
});

/** Reports a thousand times as much after each step: more than a float can hold in the 13th. */
const growing: AnyAlgorithm = {
  ...(bc as AnyAlgorithm),
  init: async (...given) => ({
    ...((await (bc as AnyAlgorithm).init(...given)) as object),
    size: { number: hostArray([], [1]) },
  }),
  cycle: () => [
    ({ state: given }) => {
      const state = given as Readonly<Record<string, Tree<tf.Tensor>>>;
      const number = tf.mul((state.size as { number: tf.Tensor }).number, 1000);
      return { state: { ...state, size: { number } }, metrics: { size: number } };
    },
  ],
};

it.each(withXla('cpu'))(
  'names the step of several at once whose metric is not a number, on %s',
  async (name) => {
    const seen: number[] = [];
    const run = await train(growing, lineDataset(100), {
      steps: 500,
      every: 500,
      config: settingsOf(bc),
      device: await openDevice(name, { threads: 1 }),
      onStep: (step) => seen.push(step),
    });
    const finish = async () => {
      for await (const _ of run);
    };
    await expect(finish()).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringMatching(/'size' of step 13 is not a finite number.*received Infinity/),
    });
    await run.dispose();
    expect(seen.length).toBeLessThan(13);
  },
);
