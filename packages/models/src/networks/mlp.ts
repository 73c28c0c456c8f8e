import type { Rng } from '@lamo/core';
import { type HostArray, layerNorm } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { isNormalised, isPrenormalised } from './layer-norm-mlp';
import { type Activation, initLinear, type Linear, linear } from './linear';

/**
 * Parameters of a multilayer perceptron, or of N of them: its linear layers by position, from '0'. Hidden ones may be
 * normalised, see `addLayerNorm`.
 */
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
 * Applies the layers in turn, with ReLU between them and, where a layer is normalised, layer norm after or before that.
 *
 * @param x [B, inputs], or [N, B, inputs] for N networks; these may also share one x
 * @param last activation after the last layer
 * @param dropout applied to the output of each hidden layer @default no dropout
 * @returns [B, outputs], or [N, B, outputs]
 */
export function mlp(
  layers: Mlp<tf.Tensor>,
  x: tf.Tensor,
  last: Activation = 'none',
  dropout: (hidden: tf.Tensor) => tf.Tensor = (hidden) => hidden,
): tf.Tensor {
  return linear(Object.values(layers).at(-1)!, mlpHidden(layers, x, dropout), last);
}

/**
 * Applies all layers but the last: what goes into that one.
 *
 * @param x as in {@link mlp}
 * @param dropout as in {@link mlp}
 * @returns [B, width], or [N, B, width]
 */
export function mlpHidden(
  layers: Mlp<tf.Tensor>,
  x: tf.Tensor,
  dropout: (hidden: tf.Tensor) => tf.Tensor = (hidden) => hidden,
): tf.Tensor {
  const hidden = Object.values(layers).slice(0, -1);
  return hidden.reduce((h, layer) => dropout(hiddenLayer(layer, h)), x);
}

function hiddenLayer(layer: Linear<tf.Tensor>, x: tf.Tensor): tf.Tensor {
  if (isPrenormalised(layer)) {
    return tf.relu(layerNorm(linear(layer, x), layer.scaleBefore, layer.shiftBefore, NORM_EPSILON));
  }
  const y = linear(layer, x, 'relu');
  return isNormalised(layer) ? layerNorm(y, layer.scale, layer.shift, NORM_EPSILON) : y;
}

/** Flax's, with which ReBRAC's critics and XQL's V were trained. */
const NORM_EPSILON = 1e-6;
