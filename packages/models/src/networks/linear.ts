import type { Rng } from '@lamo/core';
import { type HostArray, hostArray } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Parameters of a linear layer: weight [inputs, outputs], bias [outputs]; of N layers, [N, inputs, outputs], [N, 1, outputs]. */
export interface Linear<Leaf> {
  /** [inputs, outputs], or [N, inputs, outputs]. */
  readonly weight: Leaf;
  /** [outputs], or [N, 1, outputs]. */
  readonly bias: Leaf;
  readonly [key: string]: Leaf;
}

/** Activations of {@link linear}. */
export type Activation = 'none' | 'relu' | 'tanh';

/** Draws a linear layer as PyTorch does: weight and bias uniform in ±1 / √inputs. */
export function initLinear(inputs: number, outputs: number, rng: Rng): Linear<HostArray> {
  const bound = 1 / Math.sqrt(inputs);
  const draw = (size: number) => Float32Array.from({ length: size }, () => rng.uniform(-bound, bound));
  return {
    weight: hostArray([inputs, outputs], draw(inputs * outputs)),
    bias: hostArray([outputs], draw(outputs)),
  };
}

/**
 * Computes activation(x · weight + bias), with a gradient of few operations: it needs the output only.
 *
 * @param x [B, inputs], or [N, B, inputs] for N layers; these may also share one x
 * @returns [B, outputs], or [N, B, outputs]
 */
export function linear(
  { weight, bias }: Linear<tf.Tensor>,
  x: tf.Tensor,
  activation: Activation = 'none',
): tf.Tensor {
  return tf.customGrad((x, weight, bias, save) => {
    const { apply, slope } = activations[activation];
    const y = apply(tf.add(tf.matMul(x as tf.Tensor, weight as tf.Tensor), bias as tf.Tensor));
    (save as tf.GradSaveFunc)([x as tf.Tensor, weight as tf.Tensor, bias as tf.Tensor, y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, weight, bias, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const dz = slope(dy, y);
        const dx = tf.matMul(dz, weight, false, true);
        return [
          x.rank < dx.rank ? tf.sum(dx, 0) : dx,
          tf.matMul(x, dz, true, false),
          tf.sum(dz, -2, bias.rank > 1),
        ];
      },
    };
  })(x, weight, bias);
}

/** Each activation with its gradient, written in terms of the output y. */
const activations: Readonly<
  Record<
    Activation,
    { apply: (z: tf.Tensor) => tf.Tensor; slope: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor }
  >
> = {
  none: { apply: (z) => z, slope: (dy) => dy },
  relu: { apply: (z) => tf.relu(z), slope: (dy, y) => tf.mul(dy, tf.step(y)) },
  tanh: { apply: (z) => tf.tanh(z), slope: (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))) },
};
