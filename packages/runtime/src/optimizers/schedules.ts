import * as tf from '@tensorflow/tfjs-core';

/** A learning rate as a function of the step number (a scalar tensor, 1 for the first step). */
export type Schedule = (step: tf.Scalar) => tf.Scalar;

/** Always returns `rate`. */
export function constantRate(rate: number): Schedule {
  return () => tf.scalar(rate);
}

/** Rises linearly to `rate` over `warmup` steps, then keeps it: rate · min(step / warmup, 1). */
export function warmupRate(rate: number, warmup: number): Schedule {
  return (step) => tf.mul(tf.minimum(tf.div(step, Math.max(warmup, 1)), 1), rate) as tf.Scalar;
}

/**
 * Falls from `rate` to 0 along half a cosine over `steps` steps (Loshchilov and Hutter 2017), as PyTorch's
 * CosineAnnealingLR does: the first step has the full rate.
 */
export function cosineRate(rate: number, steps: number): Schedule {
  return (step) => {
    const progress = tf.minimum(tf.div(tf.sub(step, 1), steps), 1);
    return tf.mul(tf.add(tf.cos(tf.mul(progress, Math.PI)), 1), rate / 2) as tf.Scalar;
  };
}
