import type * as tf from '@tensorflow/tfjs-core';
import { type Mlp, mlp } from './mlp';

/**
 * A deterministic policy: a perceptron whose output is squashed to (−1, 1).
 *
 * @param observations [B, O]
 * @returns actions [B, A]
 */
export function deterministicPolicy(actor: Mlp<tf.Tensor>, observations: tf.Tensor): tf.Tensor2D {
  return mlp(actor, observations, 'tanh') as tf.Tensor2D;
}
