import * as tf from '@tensorflow/tfjs-core';

/**
 * Sums what follows along rows: Gₜ = Σ γᵏ⁻ᵗ rₖ over k ≥ t.
 *
 * @param rewards [B, T]
 * @param discount γ, from 0 to 1
 * @returns [B, T]
 */
export function returnsAlong(rewards: tf.Tensor2D, discount: number): tf.Tensor2D {
  if (discount === 1) return tf.cumsum(rewards, 1, false, true) as tf.Tensor2D;
  const times = tf.range(0, rewards.shape[1], 1, 'float32');
  const later = tf.sub(tf.expandDims(times, 1), tf.expandDims(times, 0)); // [T, T] k − t in row k, column t
  const shares = tf.mul(
    tf.pow(discount, tf.maximum(later, 0)),
    tf.cast(tf.greaterEqual(later, 0), 'float32'),
  );
  return tf.matMul(rewards, shares as tf.Tensor2D);
}
