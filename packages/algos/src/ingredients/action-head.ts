import { type Mlp, mlp } from '@lamo/models';
import * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import { crossEntropy, meanSquaredError } from './losses';

/**
 * Computes what a policy's network says: actions between −1 and 1, or where they are classes, the logarithms of their odds
 * (logits).
 *
 * @param observations [B, O]
 * @returns [B, A]
 */
export function policyOutputs(
  actor: Mlp<tf.Tensor>,
  observations: tf.Tensor,
  spec: DatasetSpec,
): tf.Tensor2D {
  return mlp(actor, observations, isDiscrete(spec) ? 'none' : 'tanh') as tf.Tensor2D;
}

/**
 * How far a policy's outputs are from what was done: the mean squared error, or the mean cross-entropy of classes.
 *
 * @param outputs of {@link policyOutputs} [B, A]
 * @param actions of a batch [B, A]
 */
export function imitationError(outputs: tf.Tensor, actions: tf.Tensor, spec: DatasetSpec): tf.Scalar {
  if (!isDiscrete(spec)) return meanSquaredError(outputs, actions);
  return tf.mean(crossEntropy(outputs, actions)) as tf.Scalar;
}
