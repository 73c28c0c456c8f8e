import * as tf from '@tensorflow/tfjs-core';

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts it, with a gradient of few operations
 * (Ba et al. 2016, arXiv:1607.06450).
 *
 * @param x [..., D]
 * @param weight [D]
 * @param bias [D]
 * @param epsilon added to the variance
 */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return tf.customGrad((x, weight, bias, save) => {
    const [input, scale, shift] = [x, weight, bias] as [tf.Tensor, tf.Tensor, tf.Tensor];
    const rows = tf.reshape(input, [-1, scale.size]); // [N, D]
    const centred = tf.sub(rows, tf.mean(rows, 1, true));
    const variance = tf.mean(tf.square(centred), 1, true);
    const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [N, 1]
    const normalised = tf.mul(centred, inverse);
    (save as tf.GradSaveFunc)([normalised, inverse, scale]);
    return {
      value: tf.reshape(tf.add(tf.mul(normalised, scale), shift), input.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved),
    };
  })(x, weight, bias);
}

/** With n normalised, g = dy · weight: dx = (g − mean g − n · mean(g · n)) / deviation. */
function gradients(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [normalised, inverse, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
  const rows = tf.reshape(dy, normalised.shape); // [N, D]
  const product = tf.mul(rows, normalised);
  const share = tf.reshape(tf.div(weight, weight.size), [-1, 1]) as tf.Tensor2D; // [D, 1]
  const mean = tf.matMul(rows as tf.Tensor2D, share); // [N, 1]
  const slope = tf.matMul(product as tf.Tensor2D, share); // [N, 1]
  const rest = tf.sub(tf.sub(tf.mul(rows, weight), mean), tf.mul(normalised, slope));
  return [tf.reshape(tf.mul(rest, inverse), dy.shape), tf.sum(product, 0), tf.sum(rows, 0)];
}
