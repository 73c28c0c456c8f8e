import type { ActionBounds } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Turns actions between −1 and 1 into those of an actuator, and clips them to its range. Inside the model, so that an exported
 * policy returns raw actions.
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
 * Turns actions of an actuator into those between −1 and 1 that a model reads. A component that is always the same is 0.
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
