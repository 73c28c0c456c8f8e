import { openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { advantageWeights, criticsHuberError, expectileLoss, gumbelLoss, maskedCrossEntropy } from './losses';

/** Computes a loss of [B] numbers and its gradient, compiled. */
async function lossAndGradient(fn: (x: tf.Tensor1D) => tf.Scalar, x: readonly number[]) {
  const device = await openDevice('cpu', { threads: 1 });
  const executable = await device.compile({
    state: {},
    inputs: { x: [x.length] },
    variants: {
      run: (_, { x }) => {
        const { value, grad } = tf.valueAndGrad((x) => fn(x as tf.Tensor1D))(x!);
        return { outputs: { loss: value, gradient: grad } };
      },
    },
  });
  executable.inputs.x!.set(x);
  await executable.run('run');
  await executable.dispose();
  const { loss, gradient } = executable.outputs.run as Record<string, Float32Array>;
  return { loss: loss![0]!, gradient: [...gradient!] };
}

/** Float32 has 6e-8 of relative precision; a handful of operations. */
const closeness = { relative: 1e-6, absolute: 1e-7 };

describe('expectileLoss', () => {
  it('weighs targets above the value by τ and those below by 1 − τ', async () => {
    const { loss, gradient } = await lossAndGradient((u) => expectileLoss(u, 0.9), [2, -3, 0]);
    expect(loss).toBeCloseTo((0.9 * 4 + 0.1 * 9) / 3, 6);
    expect(gradient).toBeAllClose([(0.9 * 2 * 2) / 3, (-0.1 * 2 * 3) / 3, 0], closeness);
  });

  it('is half the squared error for τ = ½', async () => {
    const { loss } = await lossAndGradient((u) => expectileLoss(u, 0.5), [1, -3]);
    expect(loss).toBeCloseTo((0.5 * 1 + 0.5 * 9) / 2, 6);
  });
});

describe('gumbelLoss', () => {
  it('is E[exp z − z − 1] over exp max z', async () => {
    const { loss, gradient } = await lossAndGradient((u) => gumbelLoss(u, 2, 7), [2, -4]);
    // z is 1 and −2.
    expect(loss).toBeCloseTo((Math.E - 2 + Math.exp(-2) + 1) / 2 / Math.E, 6);
    // d/du: (exp z − 1) / β over the batch, the scale held constant.
    const expected = [Math.E - 1, Math.exp(-2) - 1].map((slope) => slope / 2 / 2 / Math.E);
    expect(gradient).toBeAllClose(expected, closeness);
  });

  it('divides by no less than exp −1', async () => {
    const { loss } = await lossAndGradient((u) => gumbelLoss(u, 1, 7), [-2, -3]);
    expect(loss).toBeCloseTo(((Math.exp(-2) + 1 + Math.exp(-3) + 2) / 2) * Math.E, 5);
  });

  it('lets go of targets whose exponent is cut', async () => {
    const { loss, gradient } = await lossAndGradient((u) => gumbelLoss(u, 0.5, 3), [100, 0.5]);
    // z is 3 instead of 200, and 1.
    expect(loss).toBeCloseTo((Math.exp(3) - 4 + Math.E - 2) / 2 / Math.exp(3), 6);
    expect(gradient).toBeAllClose([0, (Math.E - 1) / 0.5 / 2 / Math.exp(3)], closeness);
  });
});

describe('advantageWeights', () => {
  it('are exp β A, and 100 at most', async () => {
    const sum = (a: tf.Tensor1D) => tf.sum(tf.mul(advantageWeights(a, 2), [1, 1e-3, 1e-3])) as tf.Scalar;
    const { loss } = await lossAndGradient(sum, [-0.5, 1, 50]);
    expect(loss).toBeCloseTo(Math.exp(-1) + Math.exp(2) / 1000 + 0.1, 6);
  });
});

describe('criticsHuberError', () => {
  it('is half the squared error near the target and a straight line far from it, summed over critics', async () => {
    const error = (y: tf.Tensor1D) =>
      criticsHuberError(
        tf.tensor2d([
          [1, 0],
          [2, 0],
        ]),
        y,
        3,
      );
    const { loss, gradient } = await lossAndGradient(error, [0, 10]);
    // Distances 1 and 10, 2 and 10: ½ · 1, ½ · 9 + 3 · 7, ½ · 4, ½ · 9 + 3 · 7; the mean of each two.
    expect(loss).toBeCloseTo((0.5 + 25.5 + 2 + 25.5) / 2, 5);
    expect(gradient).toBeAllClose([(-1 - 2) / 2, (3 + 3) / 2], closeness);
  });
});

describe('maskedCrossEntropy', () => {
  const logits = [0.5, -1, 2, 3, 3, 3, 1, 0, -2];
  const lossOver = (over: 'real' | 'all') => (x: tf.Tensor1D) =>
    maskedCrossEntropy(
      tf.reshape(x, [1, 3, 3]),
      tf.tensor3d([
        [
          [0, 1, 0],
          [-10, -10, -10],
          [1, 0, 0],
        ],
      ]),
      tf.tensor2d([[1, 0, 1]]),
      over,
    );
  const odds = [logits.slice(0, 3), logits.slice(6)].map((row) => row.map(Math.exp));
  const sums = odds.map((row) => row.reduce((total, each) => total + each));
  const losses = [Math.log(sums[0]!) + 1, Math.log(sums[1]!) - 1];

  it('is the mean of −log π(a|s) over real steps, whatever padded ones hold', async () => {
    const { loss, gradient } = await lossAndGradient(lossOver('real'), logits);
    expect(loss).toBeCloseTo((losses[0]! + losses[1]!) / 2, 5);
    const shares = odds.map((row, i) => row.map((each) => each / sums[i]!));
    const expected = [
      ...[shares[0]![0]!, shares[0]![1]! - 1, shares[0]![2]!],
      ...[0, 0, 0],
      ...[shares[1]![0]! - 1, shares[1]![1]!, shares[1]![2]!],
    ].map((slope) => slope / 2);
    expect(gradient).toBeAllClose(expected, { relative: 1e-5, absolute: 1e-6 }); // float32
  });

  it('can count padded steps as 0', async () => {
    const { loss } = await lossAndGradient(lossOver('all'), logits);
    expect(loss).toBeCloseTo((losses[0]! + losses[1]!) / 3, 5);
  });
});
