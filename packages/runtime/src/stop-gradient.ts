import * as tf from '@tensorflow/tfjs-core';

/** Returns a tensor unchanged, as a constant to every gradient. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: () => tf.zerosLike(x as tf.Tensor),
  }))(x) as T;
}
