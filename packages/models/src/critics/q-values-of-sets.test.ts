import { Rng } from '@lamo/core';
import { hostArray, toVector, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { type Critics, initCritics, qValues } from './critics';
import { qValuesOfSets } from './q-values-of-sets';

describe('qValuesOfSets', () => {
  it('gives the values and gradients of all pairs one by one', async () => {
    const rng = Rng.fromSeed(1);
    const draw = (shape: readonly number[], size: number) =>
      hostArray(
        shape,
        Float32Array.from({ length: size }, () => rng.normal()),
      );
    const inputs = {
      observations: draw([3, 2], 6),
      actions: draw([3, 4, 2], 24),
      weights: draw([2, 3, 4], 24),
    };
    const all = await compute(initCritics(2, [4, 8, 8, 1], rng), inputs, (state, inputs) => {
      const { observations, actions, weights } = inputs as Record<
        'observations' | 'actions' | 'weights',
        tf.Tensor
      >;
      const given = { critics: state as Critics<tf.Tensor>, observations, actions };
      const pairs = (observations: tf.Tensor, actions: tf.Tensor) => [
        tf.reshape(tf.tile(tf.expandDims(observations, 1), [1, 4, 1]), [12, 2]),
        tf.reshape(actions, [12, 2]),
      ];
      const sets = valueAndGradients(given, ({ critics, observations, actions }) => {
        const values = qValuesOfSets(critics, observations, actions);
        return { loss: tf.sum(tf.mul(values, weights)) as tf.Scalar, aux: { values } };
      });
      const single = valueAndGradients(given, ({ critics, observations, actions }) => {
        const [o, a] = pairs(observations, actions) as [tf.Tensor, tf.Tensor];
        const values = tf.reshape(qValues(critics, o, a), [2, 3, 4]);
        return { loss: tf.sum(tf.mul(values, weights)) as tf.Scalar, aux: { values } };
      });
      return {
        values: sets.aux.values,
        singleValues: single.aux.values,
        gradients: toVector(sets.gradients),
        singleGradients: toVector(single.gradients),
      };
    });
    // float32 sums in another order.
    expect(all.values).toBeAllClose(all.singleValues!, { relative: 1e-5, absolute: 1e-6 });
    expect(all.gradients).toBeAllClose(all.singleGradients!, { relative: 1e-5, absolute: 1e-5 });
  });
});
