import * as tf from '@tensorflow/tfjs-core';

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts it, with a gradient of few operations
 * (Ba et al. 2016, arXiv:1607.06450).
 *
 * @param x [..., D]; with weights for N networks [N, B, D]
 * @param weight [D], or [N, 1, D]
 * @param bias as the weight
 * @param epsilon added to the variance
 */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return tf.customGrad((x, weight, bias, save) => {
    const [input, scale, shift] = [x, weight, bias] as [tf.Tensor, tf.Tensor, tf.Tensor];
    const rows = scale.rank > 1 ? input : tf.reshape(input, [-1, scale.size]); // [R, D] or [N, R, D]
    const centred = tf.sub(rows, tf.mean(rows, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true); // [R, 1] or [N, R, 1]
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const factors = tf.mul(inverse, scale); // as the rows
    (save as tf.GradSaveFunc)([centred, inverse, factors, scale]);
    return {
      value: tf.reshape(tf.add(tf.mul(centred, factors), shift), input.shape),
      gradFunc: gradients,
    };
  })(x, weight, bias);
}

/**
 * With c = x − mean and g = dy · weight / deviation: dx = g − c · mean(g · c) / variance − mean g. Means of products
 * with the weight are products with a column, which leaves few passes over [R, D].
 */
function gradients(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [centred, inverse, factors, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const size = weight.shape.at(-1)!;
  const rows = tf.reshape(dy, centred.shape); // [R, D] or [N, R, D]
  const product = tf.mul(rows, centred);
  const share = tf.reshape(tf.div(weight, size), [...weight.shape.slice(0, -2), size, 1]); // [D, 1] or [N, D, 1]
  const mean = tf.mul(tf.matMul(rows, share), inverse); // [R, 1] or [N, R, 1]
  const slope = tf.mul(tf.mul(tf.matMul(product, share), inverse), tf.square(inverse));
  const dx = tf.sub(tf.mul(rows, factors), tf.add(tf.mul(centred, slope), mean));
  const dWeight = tf.matMul(inverse, product, true); // [1, D] or [N, 1, D]
  return [tf.reshape(dx, dy.shape), tf.reshape(dWeight, weight.shape), tf.sum(rows, -2, weight.rank > 1)];
}
