import { type Gaussian, sampleSquashed } from '@lamo/models';
import type { Noise } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Standard deviation of what a policy without a spread of its own tries out, as in TD3: actions lie between −1 and 1. */
const SPREAD = 0.1;

/** Draws actions near those of a policy, between −1 and 1. @param actions [B, A] */
export function drawNear(actions: tf.Tensor, noise: Noise, spread: number | tf.Tensor = SPREAD): tf.Tensor {
  return tf.clipByValue(tf.add(actions, tf.mul(noise.normal(actions.shape), spread)), -1, 1);
}

/**
 * Turns the logarithms of the odds of classes into scores of which the highest one wins as often as its odds are: log odds
 * plus noise of Gumbel's distribution.
 *
 * @param logits [B, n]
 */
export function drawClasses(logits: tf.Tensor, noise: Noise): tf.Tensor {
  const uniform = tf.maximum(noise.uniform(logits.shape), 1e-20);
  return tf.sub(logits, tf.log(tf.maximum(tf.neg(tf.log(uniform)), 1e-20)));
}

/** Draws actions of a Gaussian through tanh, [B, A]. */
export function drawSquashed(gaussian: Gaussian, noise: Noise): tf.Tensor {
  return sampleSquashed(gaussian, noise.normal(gaussian.mean.shape)).actions;
}
