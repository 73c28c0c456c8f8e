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
 * Squared error of N critics: the mean over the batch, summed over the critics.
 *
 * @param values [N, B]
 * @param targets [B]
 */
export function criticsError(values: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  return tf.mul(meanSquaredError(values, targets), values.shape[0]) as tf.Scalar;
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
 * One-step target r + γ (1 − d) · V(s′): nothing follows a terminated state, but a truncated one has a future.
 *
 * @param rewards [B]
 * @param terminated [B] 1 where the environment ended
 * @param nextValues [B]
 */
export function bellmanTarget(
  rewards: tf.Tensor,
  terminated: tf.Tensor,
  nextValues: tf.Tensor,
  discount: number,
): tf.Tensor1D {
  return tf.add(rewards, tf.mul(tf.mul(tf.sub(1, terminated), discount), nextValues)) as tf.Tensor1D;
}
