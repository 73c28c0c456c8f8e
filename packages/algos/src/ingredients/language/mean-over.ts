import * as tf from '@tensorflow/tfjs-core';

/** Makes the mean over what counts, Σ w x / Σ w. @param weights [N] */
export function meanOver(weights: tf.Tensor): (x: tf.Tensor) => tf.Scalar {
  const share = tf.div(weights, tf.sum(weights));
  return (x) => tf.sum(tf.mul(x, share)) as tf.Scalar;
}
