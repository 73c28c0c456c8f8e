import { stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean squared error over all elements.
 *
 * @param predictions any shape
 * @param targets the same shape, or one that is repeated to it
 */
export function meanSquaredError(predictions: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.mean(tf.square(tf.sub(predictions, targets))) as tf.Scalar;
}

/**
 * Squared distance of each row to its counterpart: Σ (x − y)² over the last axis.
 *
 * @param x [B, A]
 * @param y [B, A]
 * @returns [B]
 */
export function squaredDistances(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.square(tf.sub(x, y)), -1) as tf.Tensor1D;
}

/**
 * How unlikely classes were, −log π(a|s).
 *
 * @param logits what a network says of each class, [..., n]
 * @param chosen 1 for the class that was chosen and 0 for the others, [..., n]
 * @returns [...]
 */
export function crossEntropy(logits: tf.Tensor, chosen: tf.Tensor): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(chosen, tf.logSoftmax(logits)), -1));
}

/**
 * Squared error of N critics: the mean over the batch, summed over the critics.
 *
 * @param values [N, B]
 * @param targets [B], or [N, B]: one for each critic
 * @param weights how much each row counts for each critic, [N, B] @default all alike
 */
export function criticsError(
  values: tf.Tensor2D,
  targets: tf.Tensor1D | tf.Tensor2D,
  weights?: tf.Tensor,
): tf.Scalar {
  if (weights === undefined) return tf.mul(meanSquaredError(values, targets), values.shape[0]) as tf.Scalar;
  return weightedSum(tf.square(tf.sub(values, targets)), weights);
}

/** The mean over the batch of weighted errors [N, B], summed over the critics. */
const weightedSum = (errors: tf.Tensor, weights: tf.Tensor) =>
  tf.mul(tf.mean(tf.mul(errors, weights)), errors.shape[0]!) as tf.Scalar;

/**
 * Huber's error of N critics: half the squared error up to a distance δ and growing in a straight line from there; the mean
 * over the batch, summed over the critics.
 *
 * @param values [N, B]
 * @param targets [B], or [N, B]: one for each critic
 * @param delta δ, the largest slope that a single error has
 * @param weights as {@link criticsError}
 */
export function criticsHuberError(
  values: tf.Tensor2D,
  targets: tf.Tensor1D | tf.Tensor2D,
  delta: number,
  weights?: tf.Tensor,
): tf.Scalar {
  const distances = tf.abs(tf.sub(values, targets));
  const near = tf.minimum(distances, delta);
  const errors = tf.add(tf.mul(tf.square(near), 0.5), tf.mul(tf.sub(distances, near), delta));
  if (weights !== undefined) return weightedSum(errors, weights);
  return tf.mul(tf.mean(errors), values.shape[0]) as tf.Scalar;
}

/**
 * Mean squared error over the elements of real rows.
 *
 * @param predictions [B, K, A]
 * @param targets [B, K, A]
 * @param mask [B, K] 1 = real
 */
export function maskedMeanSquaredError(
  predictions: tf.Tensor,
  targets: tf.Tensor,
  mask: tf.Tensor,
): tf.Scalar {
  const size = predictions.shape.at(-1)!;
  const errors = tf.sum(tf.square(tf.sub(predictions, targets)), -1); // [B, K]
  return tf.div(tf.sum(tf.mul(errors, mask)), tf.mul(tf.sum(mask), size)) as tf.Scalar;
}

/**
 * Mean cross-entropy of classes over the steps of windows.
 *
 * @param logits [B, K, n]
 * @param chosen 1 for the class that was chosen and 0 for the others, [B, K, n]; anything in padded steps
 * @param mask [B, K] 1 = real
 * @param over the mean is over real steps, or over all of them, where padded ones count 0
 */
export function maskedCrossEntropy(
  logits: tf.Tensor,
  chosen: tf.Tensor,
  mask: tf.Tensor,
  over: 'real' | 'all' = 'real',
): tf.Scalar {
  const total = tf.sum(tf.mul(crossEntropy(logits, chosen), mask));
  return tf.div(total, over === 'real' ? tf.sum(mask) : mask.size) as tf.Scalar;
}

/**
 * One-step target r + γ (1 − d) · V(s′): nothing follows a terminated state, but a truncated one has a future.
 *
 * @param rewards [B]
 * @param terminated [B] 1 where the environment ended
 * @param nextValues [B], or [N, B] for a target of each critic's own
 * @returns as nextValues
 */
export function bellmanTarget<Values extends tf.Tensor>(
  rewards: tf.Tensor,
  terminated: tf.Tensor,
  nextValues: Values,
  discount: number,
): Values extends tf.Tensor2D ? tf.Tensor2D : tf.Tensor1D;
export function bellmanTarget(
  rewards: tf.Tensor,
  terminated: tf.Tensor,
  nextValues: tf.Tensor,
  discount: number,
): tf.Tensor {
  return tf.add(rewards, tf.mul(tf.mul(tf.sub(1, terminated), discount), nextValues));
}

/**
 * Squared error that weighs values that are too low by τ and values that are too high by 1 − τ, so that the best value is an
 * expectile (Kostrikov et al. 2021, equation 5): E[|τ − 1(u < 0)| u²].
 *
 * @param excess u, how much targets are above the value, [B]
 * @param expectile τ, from 0 to 1; at ½ it is half the squared error
 */
export function expectileLoss(excess: tf.Tensor, expectile: number): tf.Scalar {
  return tf.mean(expectileErrors(excess, expectile)) as tf.Scalar;
}

/** Computes the terms of {@link expectileLoss}, |τ − 1(u < 0)| u². */
export function expectileErrors(excess: tf.Tensor, expectile: number): tf.Tensor {
  const weights = tf.abs(tf.sub(expectile, tf.step(tf.neg(excess))));
  return tf.mul(weights, tf.square(excess));
}

/**
 * Gumbel regression's error (Garg et al. 2023): E[exp z − z − 1], z = u / β, so that the best value is the soft maximum
 * β log E[exp(target / β)].
 *
 * As in the authors' code z is cut from above, and the loss is divided by exp max z (by exp −1 at least): single targets far
 * above the value do not decide the step.
 *
 * @param excess u, how much targets are above the value, [B]
 * @param temperature β; the lower, the nearer the value is to the largest target, the higher, to their mean
 * @param largestExponent where z is cut
 */
export function gumbelLoss(excess: tf.Tensor, temperature: number, largestExponent: number): tf.Scalar {
  const z = tf.minimum(tf.div(excess, temperature), largestExponent);
  const scale = stopGradient(tf.exp(tf.neg(tf.maximum(tf.max(z), -1))));
  return tf.mul(scale, tf.mean(tf.sub(tf.sub(tf.exp(z), z), 1))) as tf.Scalar;
}

/**
 * Weights of actions to imitate, min(exp(β A), 100): the cut keeps single actions from deciding everything.
 *
 * @param advantages A(s, a) [B]
 * @param inverseTemperature β; 0 imitates all actions alike
 * @returns [B]
 */
export function advantageWeights(advantages: tf.Tensor, inverseTemperature: number): tf.Tensor1D {
  return tf.minimum(tf.exp(tf.mul(advantages, inverseTemperature)), MAX_WEIGHT) as tf.Tensor1D;
}

/** As in the code of IQL, and of all who follow it. */
const MAX_WEIGHT = 100;
