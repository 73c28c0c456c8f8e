import { type HostArray, hostArray, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Mlp } from '../networks/mlp';

/** Parameters of a policy with a network for the mean of its actions, and one standard deviation for all observations. */
export interface GaussianPolicy<Leaf> {
  /** From observations to the mean: O inputs, A outputs. */
  readonly mean: Mlp<Leaf>;
  /** Logarithm of the standard deviation of each action component, [A]. */
  readonly logStd: Leaf;
  readonly [key: string]: Tree<Leaf>;
}

/** A Gaussian for each observation of a batch, its components independent. */
export interface Gaussian {
  /** [B, A] */
  readonly mean: tf.Tensor;
  /** Logarithm of the standard deviation, [B, A] or [A]. */
  readonly logStd: tf.Tensor;
}

/** Creates a policy from a network for the mean; its standard deviation is 1. */
export function initGaussianPolicy(mean: Mlp<HostArray>, actionSize: number): GaussianPolicy<HostArray> {
  return { mean, logStd: hostArray([actionSize], new Float32Array(actionSize)) };
}

/**
 * Logarithm of the density of actions: −Σ ½ ((a − μ) / σ)² + log σ + ½ log 2π over their components.
 *
 * @param actions [B, A]
 * @returns log π(a|s) [B]
 */
export function gaussianLogDensity({ mean, logStd }: Gaussian, actions: tf.Tensor): tf.Tensor1D {
  const distance = tf.mul(tf.sub(actions, mean), tf.exp(tf.neg(logStd)));
  const spread = tf.sum(tf.add(logStd, Math.log(2 * Math.PI) / 2), -1); // [B] or a scalar
  return tf.neg(tf.add(tf.mul(tf.sum(tf.square(distance), -1), 0.5), spread)) as tf.Tensor1D;
}

/**
 * Draws actions that can be differentiated: μ + σ ξ.
 *
 * @param normal ξ, standard normal, [B, A]
 * @returns actions [B, A], unbounded: clipping them is up to the caller
 */
export function sampleGaussian({ mean, logStd }: Gaussian, normal: tf.Tensor): tf.Tensor2D {
  return tf.add(mean, tf.mul(tf.exp(logStd), normal)) as tf.Tensor2D;
}
