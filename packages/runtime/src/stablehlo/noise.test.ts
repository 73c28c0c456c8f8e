import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { jaxPath } from '../../../../test/fixtures';
import { runLoop } from '../../test/xla/run-loop';
import type { Program } from '../compile/program';

const SIZE = 20_000;

/** Every step returns what it has drawn; the state stands for what a step changes. */
const program: Program<'step'> = {
  state: {},
  inputs: {},
  variants: {
    step: (_state, _inputs, noise) => ({
      outputs: {
        normal: noise.normal([SIZE]),
        uniform: noise.uniform([SIZE]),
        dropout: noise.dropout([SIZE], 0.25),
        again: tf.mul(noise.normal([SIZE]), 1),
      },
    }),
  },
};

const draw = async (options: { count: number; first?: number; key?: bigint }) =>
  (await runLoop({ program, cycle: ['step'], length: 3, inputs: {}, ...options })).outputs;

const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
const spread = (x: Float32Array) => {
  const middle = mean(x);
  return Math.sqrt(mean(x.map((value) => (value - middle) ** 2)));
};

describe.skipIf(jaxPath() === undefined)('noise that is drawn on the device', () => {
  it('has the distributions that are asked for', async () => {
    const { normal, uniform, dropout } = await draw({ count: 3 });
    // Sixty thousand draws: means lie within five standard errors.
    expect(Math.abs(mean(normal!))).toBeLessThan(0.02);
    expect(Math.abs(spread(normal!) - 1)).toBeLessThan(0.015);
    expect(normal!.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean(normal!.map((x) => x ** 4)) - 3)).toBeLessThan(0.2);
    expect(Math.abs(mean(uniform!) - 0.5)).toBeLessThan(0.006);
    expect(uniform!.every((x) => x >= 0 && x < 1)).toBe(true);
    expect([...new Set(dropout!)].sort()).toEqual([0, Math.fround(1 / 0.75)]);
    expect(Math.abs(mean(dropout!) - 1)).toBeLessThan(0.012);
  });

  it('is the same wherever a run begins, and another in every step, draw and training', async () => {
    const whole = await draw({ count: 3 });
    const later = await draw({ count: 2, first: 1 });
    for (const name of ['normal', 'uniform', 'dropout', 'again']) {
      expect(later[name]!.subarray(0, 2 * SIZE)).toEqual(whole[name]!.subarray(SIZE, 3 * SIZE));
    }
    const { normal, again } = whole;
    const other = await draw({ count: 1, key: 8n });
    const samples = [
      ...[0, 1, 2].map((step) => normal!.subarray(step * SIZE, (step + 1) * SIZE)),
      ...[again!.subarray(0, SIZE), other.normal!.subarray(0, SIZE)],
    ];
    samples.forEach((a, i) => {
      for (const b of samples.slice(i + 1)) {
        // Correlations of 20,000 independent pairs: within five standard errors.
        expect(Math.abs(mean(a.map((x, j) => x * b[j]!)))).toBeLessThan(0.036);
      }
    });
  });
});
