import * as tf from '@tensorflow/tfjs-core';

/** Returns a tensor unchanged, as a constant to every gradient. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return withoutGradient(x, (given) => tf.clone(given));
}

/**
 * Computes a tensor that is a constant to every gradient: also to those of what `compute` takes from outside. Unlike `stopGradient` of its
 * result, through which zeros would run, it adds nothing to the way back.
 *
 * @param x what it is a function of
 */
export function withoutGradient<T extends tf.Tensor>(x: T, compute: (x: T) => tf.Tensor): T {
  return tf.customGrad((given) => ({
    value: compute(given as T),
    gradFunc: () => tf.zerosLike(given as T),
  }))(x) as T;
}
