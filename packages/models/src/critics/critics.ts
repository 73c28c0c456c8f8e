import type { Rng } from '@lamo/core';
import { type HostArray, mapTree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { initMlp, type Mlp, mlp } from '../networks/mlp';
import { stackNetworks } from './stack-networks';

/**
 * Parameters of N critics of one shape, each layer's side by side: weight [N, inputs, outputs], bias [N, 1, outputs].
 * A product for all of them is one operation, which is divided among threads by critic.
 */
export type Critics<Leaf> = Mlp<Leaf>;

/**
 * Draws critics that start differently.
 *
 * @param count N
 * @param sizes widths from input to output, for example [O + A, 256, 256, 1]
 * @param draw creates one critic @default PyTorch's initialisation, {@link initMlp}
 */
export function initCritics(
  count: number,
  sizes: readonly number[],
  rng: Rng,
  draw: (sizes: readonly number[], rng: Rng) => Mlp<HostArray> = initMlp,
): Critics<HostArray> {
  const drawn = Array.from({ length: count }, (_, i) => draw(sizes, rng.split(`critic ${i}`)));
  return stackNetworks(drawn);
}

/**
 * Computes the values that every critic gives to the same actions.
 *
 * @param observations [B, O]
 * @param actions [B, A]
 * @returns Q(s, a) [N, B]
 */
export function qValues(
  critics: Critics<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
): tf.Tensor2D {
  const pairs = tf.concat([observations as tf.Tensor2D, actions as tf.Tensor2D], 1); // [B, O + A]
  return tf.squeeze(mlp(critics, pairs), [2]) as tf.Tensor2D; // from [N, B, 1]
}

/** The value of the most pessimistic critic, min Qᵢ(s, a): see {@link qValues}. @returns [B] */
export function lowestValues(
  critics: Critics<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
): tf.Tensor1D {
  return tf.min(qValues(critics, observations, actions), 0);
}

/** Computes the value of states by a network with one output. @param observations [B, O] @returns V(s) [B] */
export function stateValues(network: Mlp<tf.Tensor>, observations: tf.Tensor): tf.Tensor1D {
  return tf.squeeze(mlp(network, observations), [1]) as tf.Tensor1D;
}

/** Picks one of the critics: N = 1. */
export function oneCritic(critics: Critics<tf.Tensor>, index: number): Critics<tf.Tensor> {
  return mapTree(critics, (leaf) => tf.slice(leaf, index, 1)) as Critics<tf.Tensor>;
}

/** Picks some of the critics. @param places which ones, int32 [M] */
export function pickCritics(critics: Critics<tf.Tensor>, places: tf.Tensor1D): Critics<tf.Tensor> {
  return mapTree(critics, (leaf) => tf.gather(leaf, places)) as Critics<tf.Tensor>;
}
