import * as tf from '@tensorflow/tfjs-core';
import type { Linear } from '../networks/linear';
import { mlp } from '../networks/mlp';
import type { Critics } from './critics';

/**
 * Computes the values that every critic gives to several actions for each observation: `qValues` of B · M pairs, where the
 * observation's part of the first layer is computed only B times.
 *
 * @param observations [B, O]
 * @param actions [B, M, A]
 * @returns Q(s, a) [N, B, M]
 */
export function qValuesOfSets(
  critics: Critics<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
): tf.Tensor3D {
  const [first, ...rest] = Object.values(critics) as [Linear<tf.Tensor>, ...Linear<tf.Tensor>[]];
  const hidden = firstLayer(first, observations, actions); // [N, B · M, H]
  const [rows, choices] = actions.shape as [number, number];
  const values = mlp(Object.fromEntries(rest.entries()), hidden); // [N, B · M, 1]
  return tf.reshape(values, [first.weight.shape[0]!, rows, choices]) as tf.Tensor3D;
}

/** relu([s, a] · W + b) = relu(a · Wₐ + (s · Wₛ + b)), the second term repeated. */
function firstLayer(layer: Linear<tf.Tensor>, observations: tf.Tensor, actions: tf.Tensor): tf.Tensor {
  const [rows, choices, actionSize] = actions.shape as [number, number, number];
  const [count, , width] = layer.weight.shape as [number, number, number];
  const [stateWeight, actionWeight] = tf.split(layer.weight, [observations.shape[1]!, actionSize], 1);
  const fromStates = tf.add(tf.matMul(observations, stateWeight!), layer.bias); // [N, B, H]
  const fromActions = tf.matMul(tf.reshape(actions, [rows * choices, actionSize]), actionWeight!);
  const sum = tf.add(tf.reshape(fromActions, [count, rows, choices, width]), tf.expandDims(fromStates, 2));
  return tf.reshape(tf.relu(sum), [count, rows * choices, width]);
}
