import type * as tf from '@tensorflow/tfjs-core';
import { type Mlp, mlp } from '../networks/mlp';

/**
 * A deterministic policy: a perceptron whose output is squashed to (−1, 1).
 *
 * @param observations [B, O]
 * @param dropout of hidden units, see {@link mlp}
 * @returns actions [B, A]
 */
export function deterministicPolicy(
  actor: Mlp<tf.Tensor>,
  observations: tf.Tensor,
  dropout?: (hidden: tf.Tensor) => tf.Tensor,
): tf.Tensor2D {
  return mlp(actor, observations, 'tanh', dropout) as tf.Tensor2D;
}
