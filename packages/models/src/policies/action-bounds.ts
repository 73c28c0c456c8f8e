import type { ActionBounds } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Converts actions between −1 and 1 to the range of an actuator, and clips them to it. This is part of the model, so an
 * exported policy returns raw actions.
 *
 * @param bounds null leaves actions as they are
 * @param actions [..., A]
 */
export function unscaleActions(bounds: ActionBounds | null, actions: tf.Tensor): tf.Tensor {
  if (bounds === null) return actions;
  const { middle, half } = halves(bounds);
  const raw = tf.add(tf.mul(actions, tf.tensor1d(half)), tf.tensor1d(middle));
  return tf.minimum(tf.maximum(raw, tf.tensor1d([...bounds.low])), tf.tensor1d([...bounds.high]));
}

/**
 * Converts actions of an actuator to the range from −1 to 1 that models use. A component whose bounds are equal becomes 0.
 *
 * @param bounds null leaves actions as they are
 * @param actions [..., A]
 */
export function scaleActions(bounds: ActionBounds | null, actions: tf.Tensor): tf.Tensor {
  if (bounds === null) return actions;
  const { middle, half } = halves(bounds);
  const divisor = half.map((each) => each || 1);
  return tf.div(tf.sub(actions, tf.tensor1d(middle)), tf.tensor1d(divisor));
}

function halves({ low, high }: ActionBounds) {
  return {
    middle: low.map((least, i) => (least + high[i]!) / 2),
    half: low.map((least, i) => (high[i]! - least) / 2),
  };
}
