import * as tf from '@tensorflow/tfjs-core';
import { type Mlp, mlp } from './mlp';

/**
 * A critic Q(s, a).
 *
 * @param observations [B, O]
 * @param actions [B, A]
 * @returns values [B]
 */
export function qValue(critic: Mlp<tf.Tensor>, observations: tf.Tensor, actions: tf.Tensor): tf.Tensor1D {
  const pairs = tf.concat([observations as tf.Tensor2D, actions as tf.Tensor2D], 1); // [B, O + A]
  return tf.squeeze(mlp(critic, pairs), [1]) as tf.Tensor1D;
}
