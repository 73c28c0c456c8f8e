import type { Rng } from '@lamo/core';
import { gelu, type HostArray } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { initLinear, type Linear, linear } from './linear';

/** Two linear layers with a GELU between them, by LaMo's names. */
export interface TwoLayerMlp<Leaf> {
  /** From the inputs to the hidden layer. */
  readonly fc1: Linear<Leaf>;
  /** From the hidden layer to the outputs. */
  readonly fc2: Linear<Leaf>;
  readonly [key: string]: Linear<Leaf>;
}

/** Draws both layers as PyTorch does. */
export function initTwoLayerMlp(
  inputs: number,
  hidden: number,
  outputs: number,
  rng: Rng,
): TwoLayerMlp<HostArray> {
  return {
    fc1: initLinear(inputs, hidden, rng.split('fc1')),
    fc2: initLinear(hidden, outputs, rng.split('fc2')),
  };
}

/** Computes fc2(GELU(fc1(x))) with the exact GELU, [N, inputs] → [N, outputs]. */
export function twoLayerMlp(layers: TwoLayerMlp<tf.Tensor>, x: tf.Tensor): tf.Tensor {
  return linear(layers.fc2, firstLayer(layers, x));
}

/** Computes GELU(fc1(x)), what goes into the second layer. */
export function firstLayer({ fc1 }: Pick<TwoLayerMlp<tf.Tensor>, 'fc1'>, x: tf.Tensor): tf.Tensor {
  return gelu(linear(fc1, x), 'erf');
}

/**
 * Computes h + fc2(GELU(h)), h = fc1(x): LaMo's embedding of returns, states and actions. The residual connection is
 * in the authors' code and not in the paper's formula.
 *
 * @param residual false leaves the connection out, as in the paper
 */
export function residualMlp({ fc1, fc2 }: TwoLayerMlp<tf.Tensor>, x: tf.Tensor, residual = true): tf.Tensor {
  const hidden = linear(fc1, x);
  const made = linear(fc2, gelu(hidden, 'erf'));
  return residual ? tf.add(hidden, made) : made;
}
