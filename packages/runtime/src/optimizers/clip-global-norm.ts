import * as tf from '@tensorflow/tfjs-core';

/**
 * Scales a gradient down to a largest Euclidean norm, as PyTorch's `clip_grad_norm_` does (1e-6 in the denominator).
 *
 * @param vector [number of parameters]
 * @param maxNorm no clipping if undefined
 * @returns the clipped gradient, and the norm before clipping
 */
export function clipGlobalNorm(
  vector: tf.Tensor1D,
  maxNorm: number | undefined,
): { vector: tf.Tensor1D; norm?: tf.Scalar } {
  if (maxNorm === undefined) return { vector };
  const norm = tf.sqrt(tf.sum(tf.square(vector))) as tf.Scalar;
  const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
  return { vector: tf.mul(vector, factor) as tf.Tensor1D, norm };
}
