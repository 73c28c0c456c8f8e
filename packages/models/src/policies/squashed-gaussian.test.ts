import { hostArray, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { readGaussian, sampleSquashed, squashedLogDensity, squashedMean } from './squashed-gaussian';

/** log π of one component by the definition, in float64: N(u; μ, σ) / (1 − tanh² u). */
function textbook(mean: number, logStd: number, unsquashed: number): number {
  const normal = (unsquashed - mean) / Math.exp(logStd);
  const gaussian = -0.5 * normal ** 2 - 0.5 * Math.log(2 * Math.PI) - logStd;
  return gaussian - Math.log(1 / Math.cosh(unsquashed) ** 2);
}

const mean = [0.3, -1.2, 0, 2];
const logStd = [-0.5, 0.4, -2, 0.1];
const inputs = { mean: hostArray([2, 2], mean), logStd: hostArray([2, 2], logStd) };

// float32 arithmetic on numbers around 1.
const rounding = { relative: 2e-6, absolute: 2e-6 };

describe('a squashed Gaussian', () => {
  it('draws actions with their density', async () => {
    const normal = [1, -0.7, 0.2, 3];
    const { actions, logDensity } = await compute(
      {},
      { ...inputs, normal: hostArray([2, 2], normal) },
      (_, { mean, logStd, normal }) => ({ ...sampleSquashed({ mean: mean!, logStd: logStd! }, normal!) }),
    );
    const unsquashed = mean.map((m, i) => m + Math.exp(logStd[i]!) * normal[i]!);
    const each = mean.map((m, i) => textbook(m, logStd[i]!, unsquashed[i]!));
    expect(actions).toBeAllClose(unsquashed.map(Math.tanh), rounding);
    expect(logDensity).toBeAllClose([each[0]! + each[1]!, each[2]! + each[3]!], rounding);
  });

  it('draws several actions for each observation as it would draw them one by one', async () => {
    const normal = hostArray([2, 3, 2], [1, -1, 0.5, 2, -0.3, 0, 0.1, 0.2, -2, 1.5, 0.7, -0.4]);
    const { actions, logDensity, first, firstDensity } = await compute(
      {},
      { ...inputs, normal },
      (_, { mean, logStd, normal }) => {
        const gaussian = { mean: mean!, logStd: logStd! };
        const single = sampleSquashed(gaussian, tf.squeeze(tf.slice(normal!, [0, 1, 0], [2, 1, 2]), [1]));
        return {
          ...sampleSquashed(gaussian, normal!),
          first: single.actions,
          firstDensity: single.logDensity,
        };
      },
    );
    expect([2, 3, 8, 9].map((i) => actions![i])).toEqual([...first!]);
    expect([1, 4].map((i) => logDensity![i])).toEqual([...firstDensity!]);
  });

  it('stays finite where tanh rounds to 1', async () => {
    const far = { mean: hostArray([2, 1], [60, -60]), logStd: hostArray([2, 1], [-1, -1]) };
    const { logDensity } = await compute(
      {},
      { ...far, normal: hostArray([2, 1], [1, -1]) },
      (_, { mean, logStd, normal }) => ({
        logDensity: sampleSquashed({ mean: mean!, logStd: logStd! }, normal!).logDensity,
      }),
    );
    const expected = textbook(60, -1, 60 + Math.exp(-1));
    expect(logDensity).toBeAllClose([expected, expected], { relative: 1e-6 }); // float32
  });

  it('has the gradient of its formula', async () => {
    const normal = [1, -0.7, 0.2, 3];
    const { mean: dMean, logStd: dLogStd } = await compute(
      { mean: inputs.mean, logStd: inputs.logStd },
      { normal: hostArray([2, 2], normal) },
      (state, { normal }) => {
        const gaussian = state as { mean: tf.Tensor; logStd: tf.Tensor };
        return valueAndGradients(gaussian, (gaussian) => ({
          loss: tf.sum(sampleSquashed(gaussian, normal!).logDensity) as tf.Scalar,
        })).gradients;
      },
    );
    const density = (m: number, s: number, i: number) => textbook(m, s, m + Math.exp(s) * normal[i]!);
    const h = 1e-5;
    const difference = (fn: (shift: number) => number) => (fn(h) - fn(-h)) / (2 * h);
    const wanted = (fn: (shift: number, i: number) => number) =>
      mean.map((_, i) => difference((shift) => fn(shift, i)));
    // The differences are good to h².
    expect(dMean).toBeAllClose(
      wanted((shift, i) => density(mean[i]! + shift, logStd[i]!, i)),
      { absolute: 1e-5 },
    );
    expect(dLogStd).toBeAllClose(
      wanted((shift, i) => density(mean[i]!, logStd[i]! + shift, i)),
      { absolute: 1e-5 },
    );
  });

  it('has a density that adds up to 1 over all actions', async () => {
    const count = 2000;
    const grid = Float32Array.from({ length: count }, (_, i) => (2 * (i + 0.5)) / count - 1);
    const { density } = await compute(
      {},
      { mean: hostArray([1, 1], [0.3]), logStd: hostArray([1, 1], [-1]), grid: hostArray([count, 1], grid) },
      (_, { mean, logStd, grid }) => ({
        density: tf.exp(squashedLogDensity({ mean: mean!, logStd: logStd! }, grid!)),
      }),
    );
    const total = density!.reduce((sum, value) => sum + (2 * value) / count, 0);
    // Rectangles of a smooth curve; what is cut off beyond ±0.999 is far in the tails.
    expect(total).toBeCloseTo(1, 4);
  });

  it('gives an action of the data the density of the draw that would have made it', async () => {
    const normal = hostArray([2, 2], [1, -0.7, 0.2, 0.5]);
    const { drawn, given } = await compute({}, { ...inputs, normal }, (_, { mean, logStd, normal }) => {
      const gaussian = { mean: mean!, logStd: logStd! };
      const { actions, logDensity } = sampleSquashed(gaussian, normal!);
      return { drawn: logDensity, given: squashedLogDensity(gaussian, actions) };
    });
    // An action of 0.98 has six digits less its distance from 1.
    expect(given).toBeAllClose(drawn!, { absolute: 2e-5 });
  });

  it('reads means and clipped spreads from the two halves of an output', async () => {
    const outputs = hostArray([2, 4], [1, 2, 0.5, 9, -1, -2, -9, 0]);
    const { mean, logStd, best } = await compute({}, { outputs }, (_, { outputs }) => {
      const gaussian = readGaussian(outputs!, { low: -5, high: 2, multiplier: 2, offset: -1 });
      return { ...gaussian, best: squashedMean(gaussian) };
    });
    expect([...mean!]).toEqual([1, 2, -1, -2]);
    expect([...logStd!]).toEqual([0, 2, -5, -1]);
    expect(best).toBeAllClose([1, 2, -1, -2].map(Math.tanh), rounding);
  });
});
