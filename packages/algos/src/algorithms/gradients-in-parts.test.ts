import { Rng } from '@lamo/core';
import { initMlp, type Mlp, mlp } from '@lamo/models';
import { hostArray, toVector, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { gradientsInParts } from './gradients-in-parts';

describe('gradientsInParts', () => {
  it.each([
    ['in one part', 64],
    ['in three parts that are not equal', 200],
    ['row by row', 1000],
  ])('computes what the whole batch gives, %s', async (_, inputs) => {
    const rng = Rng.fromSeed(3);
    const draw = (shape: readonly number[], size: number) =>
      hostArray(
        shape,
        Float32Array.from({ length: size }, () => rng.normal()),
      );
    const batch = { x: draw([5, 3], 15), y: draw([5], 5) };
    const result = await compute(initMlp([3, 8, 1], rng), batch, (parameters, batch) => {
      const fn = (network: Mlp<tf.Tensor>, { x, y }: Record<string, tf.Tensor>) => {
        const error = tf.sub(tf.squeeze(mlp(network, x!), [1]), y!);
        const loss = tf.mean(tf.square(error)) as tf.Scalar;
        return { loss, aux: { error: tf.mean(error) } };
      };
      const network = parameters as Mlp<tf.Tensor>;
      const whole = valueAndGradients(network, (network) => fn(network, batch));
      const parts = gradientsInParts(network, batch, inputs, fn);
      return {
        loss: tf.sub(parts.loss, whole.loss),
        error: tf.sub(parts.aux.error, whole.aux.error),
        gradients: tf.sub(toVector(parts.gradients), toVector(whole.gradients)),
        size: tf.sum(tf.abs(toVector(whole.gradients))),
      };
    });
    expect(result.size![0]).toBeGreaterThan(1);
    // The same sums in another order.
    expect(result.loss![0]).toBeCloseTo(0, 6);
    expect(result.error![0]).toBeCloseTo(0, 6);
    expect(result.gradients).toBeAllClose(new Float32Array(41), { absolute: 1e-6 });
  });
});
