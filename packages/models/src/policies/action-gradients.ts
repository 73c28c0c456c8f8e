import { stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Critics } from '../critics/critics';
import { linear } from '../networks/linear';

/**
 * Computes the gradient of critics with respect to the action, in operations that tfjs can differentiate again, so that a loss
 * may depend on it. The gates of ReLU have no gradient, since they are constant almost everywhere.
 *
 * @param critics N critics without layer norm
 * @param observations [B, O]
 * @param actions [B, A]
 * @returns ∇ₐ Q(s, a) [N, B, A]
 */
export function actionGradients(
  critics: Critics<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
): tf.Tensor3D {
  const layers = Object.values(critics);
  const gates = openGates(critics, tf.concat([observations as tf.Tensor2D, actions as tf.Tensor2D], 1));
  // Backwards from the output: the product with a layer's transposed weight, then the gate of the layer before.
  const [first, ...later] = layers.map(({ weight }) => weight) as [tf.Tensor, ...tf.Tensor[]];
  const last = tf.transpose(later.pop()!, [0, 2, 1]); // [N, 1, H]
  const slopes = later.reduceRight<tf.Tensor>(
    (slope, weight, i) => tf.matMul(tf.mul(slope, gates[i + 1]!), weight, false, true),
    last,
  ); // [N, B, H]
  const size = actions.shape[1]!;
  const ofActions = tf.slice(first, [0, observations.shape[1]!, 0], [-1, size, -1]); // [N, A, H]
  return tf.matMul(tf.mul(slopes, gates[0]!), ofActions, false, true) as tf.Tensor3D;
}

/** 1 where the hidden units of each layer are active, else 0: [N, B, H] for each. */
function openGates(critics: Critics<tf.Tensor>, pairs: tf.Tensor): tf.Tensor[] {
  const gates: tf.Tensor[] = [];
  let h = pairs;
  for (const layer of Object.values(critics).slice(0, -1)) {
    h = linear(layer, h, 'relu');
    gates.push(stopGradient(tf.step(h)));
  }
  return gates;
}
