import type { Rng } from '@lamo/data';
import type { HostArray } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { type Activation, initLinear, type Linear, linear } from './linear';

/** Parameters of a multilayer perceptron, or of N of them: its linear layers by position, from '0'. */
export type Mlp<Leaf> = Readonly<Record<string, Linear<Leaf>>>;

/**
 * Draws a multilayer perceptron.
 * @param sizes widths from input to output, for example [11, 256, 256, 3]
 */
export function initMlp(sizes: readonly number[], rng: Rng): Mlp<HostArray> {
  const layers = sizes.slice(1).map((outputs, i) => [String(i), initLinear(sizes[i]!, outputs, rng)]);
  return Object.fromEntries(layers);
}

/**
 * Applies the layers in turn, with ReLU between them.
 *
 * @param x [B, inputs], or [N, B, inputs] for N networks; these may also share one x
 * @param last activation after the last layer
 * @returns [B, outputs], or [N, B, outputs]
 */
export function mlp(layers: Mlp<tf.Tensor>, x: tf.Tensor, last: Activation = 'none'): tf.Tensor {
  const all = Object.values(layers);
  return all.reduce((h, layer, i) => linear(layer, h, i < all.length - 1 ? 'relu' : last), x);
}
