import { Rng } from '@lamo/core';
import { hostArray, treeEntries, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { type Critics, initCritics, qValues } from '../critics/critics';
import { actionGradients } from './action-gradients';

const critics = initCritics(3, [4, 5, 5, 1], Rng.fromSeed(2));
const inputs = {
  observations: hostArray([3, 2], [0.5, -0.2, 1, 0.3, -0.7, 0.1]),
  actions: hostArray([3, 2], [0.3, -0.9, 0.8, 0.1, -0.4, 0.6]),
};
/** The values in operations that tfjs differentiates itself, once and twice. */
function plainValues(critics: Critics<tf.Tensor>, observations: tf.Tensor, actions: tf.Tensor): tf.Tensor {
  const layers = Object.values(critics);
  const pairs = tf.tile(tf.expandDims(tf.concat([observations, actions], 1), 0), [3, 1, 1]);
  return layers.reduce<tf.Tensor>((h, { weight, bias }, i) => {
    const y = tf.add(tf.matMul(h, weight), bias);
    return i < layers.length - 1 ? tf.relu(y) : y;
  }, pairs);
}

// Float32 sums of a dozen terms below 1.
const rounding = { relative: 1e-5, absolute: 1e-6 };

it('is the gradient that tfjs takes of the values', async () => {
  const { written, taken } = await compute(critics, inputs, (state, { observations, actions }) => {
    const each = [0, 1, 2].map((n) => {
      const value = (a: tf.Tensor) =>
        tf.sum(tf.gather(qValues(state as Critics<tf.Tensor>, observations!, a), [n]));
      return tf.grad(value)(actions!);
    });
    return {
      written: actionGradients(state as Critics<tf.Tensor>, observations!, actions!),
      taken: tf.stack(each),
    };
  });
  expect(written).toBeAllClose(taken!, rounding);
  expect(Math.max(...written!)).toBeGreaterThan(0.01);
});

it('can be differentiated again, as nested gradients of tfjs can', async () => {
  const gradients = (slopesOf: typeof actionGradients) =>
    compute(critics, inputs, (state, { observations, actions }) => {
      const { gradients } = valueAndGradients(state as Critics<tf.Tensor>, (critics) => {
        const slopes = slopesOf(critics, observations!, actions!);
        const values = qValues(critics, observations!, actions!);
        return { loss: tf.add(tf.sum(tf.mul(slopes, tf.sin(slopes))), tf.mean(values)) as tf.Scalar };
      });
      return Object.fromEntries(treeEntries<tf.Tensor>(gradients));
    });
  const written = await gradients(actionGradients);
  const nested = await gradients((critics, observations, actions) => {
    const each = [0, 1, 2].map((n) =>
      tf.grad((a) => tf.sum(tf.gather(plainValues(critics, observations, a), [n])))(actions),
    );
    return tf.stack(each) as tf.Tensor3D;
  });
  for (const [path, values] of Object.entries(nested))
    expect(written[path], path).toBeAllClose(values, rounding);
  expect(Math.max(...nested['1/weight']!)).toBeGreaterThan(0.01);
});
