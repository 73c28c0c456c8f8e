import * as tf from '@tensorflow/tfjs-core';
import type { Gaussian } from './gaussian-policy';

/** Limits of log σ, and how a network's output is scaled and shifted before they are applied. */
export interface SpreadOptions {
  /** Smallest log σ. */
  readonly low: number;
  /** Largest log σ. */
  readonly high: number;
  /** A number, or a parameter that learns. @default 1 */
  readonly multiplier?: number | tf.Tensor;
  /** A number, or a parameter that learns. @default 0 */
  readonly offset?: number | tf.Tensor;
}

/**
 * Converts the output of a network to a Gaussian: log σ = clip(multiplier · output + offset, low, high).
 *
 * @param outputs [..., 2A]: means, then raw values of log σ
 */
export function readGaussian(
  outputs: tf.Tensor,
  { low, high, multiplier = 1, offset = 0 }: SpreadOptions,
): Gaussian {
  const [mean, raw] = tf.split(outputs, 2, -1) as [tf.Tensor, tf.Tensor];
  const moved = tf.add(multiplier === 1 ? raw : tf.mul(raw, multiplier), offset);
  return { mean, logStd: tf.clipByValue(moved, low, high) };
}

/** Actions between −1 and 1, and the logarithm of their density. */
export interface SquashedSample {
  /** [B, A], or [B, N, A] */
  readonly actions: tf.Tensor;
  /** log π(a|s), [B], or [B, N] */
  readonly logDensity: tf.Tensor;
}

/**
 * Draws actions tanh(μ + σ ξ) with their density (Haarnoja et al. 2018, appendix C). Both can be differentiated.
 *
 * @param normal ξ, standard normal: [B, A] for one action per observation, [B, N, A] for N
 */
export function sampleSquashed({ mean, logStd }: Gaussian, normal: tf.Tensor): SquashedSample {
  const isSet = normal.rank > mean.rank;
  const each = (x: tf.Tensor) => (isSet ? tf.expandDims(x, -2) : x); // [B, 1, A]
  const unsquashed = tf.add(each(mean), tf.mul(each(tf.exp(logStd)), normal));
  return {
    actions: tf.tanh(unsquashed),
    logDensity: logDensity(normal, each(logStd), unsquashed),
  };
}

/**
 * Logarithm of the density of given actions, for imitation.
 *
 * @param actions [B, A]; those within 0.001 of ±1 are moved to that distance, because the density is not finite at ±1
 * @returns [B]
 */
export function squashedLogDensity({ mean, logStd }: Gaussian, actions: tf.Tensor): tf.Tensor1D {
  const unsquashed = tf.atanh(tf.clipByValue(actions, -0.999, 0.999));
  const normal = tf.mul(tf.sub(unsquashed, mean), tf.exp(tf.neg(logStd)));
  return logDensity(normal, logStd, unsquashed) as tf.Tensor1D;
}

/** The action without noise, tanh μ, [B, A]. */
export function squashedMean({ mean }: Gaussian): tf.Tensor2D {
  return tf.tanh(mean) as tf.Tensor2D;
}

/** Σ −½ ξ² − ½ log 2π − log σ − log(1 − tanh² u) over the components of an action. */
function logDensity(normal: tf.Tensor, logStd: tf.Tensor, unsquashed: tf.Tensor): tf.Tensor {
  const constant = 0.5 * Math.log(2 * Math.PI) + 2 * Math.log(2);
  const gaussian = tf.add(tf.mul(tf.square(normal), 0.5), logStd);
  const perComponent = tf.sub(logCosh(unsquashed), tf.add(gaussian, constant));
  return tf.sum(perComponent, -1);
}

/**
 * 2 (u + softplus(−2u)) = 2 log(eᵘ + e⁻ᵘ), which is 2 log 2 − log(1 − tanh² u) without a logarithm of a number close to 0. Its
 * slope is 2 tanh u.
 */
const logCosh = (u: tf.Tensor): tf.Tensor =>
  tf.customGrad((u, save) => {
    (save as tf.GradSaveFunc)([u as tf.Tensor]);
    const negated = tf.mul(u as tf.Tensor, -2);
    return {
      value: tf.sub(tf.mul(tf.softplus(negated), 2), negated),
      gradFunc: (dy: tf.Tensor, [u]: tf.Tensor[]) => tf.mul(dy, tf.mul(tf.tanh(u!), 2)),
    };
  })(u);
