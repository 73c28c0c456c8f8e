import type { Rng } from '@lamo/core';
import { type HostArray, hostArray } from '@lamo/runtime';
import { initMlp, type Mlp } from './mlp';

/**
 * Draws a multilayer perceptron as PyTorch does, except for its last layer: a hundredth of Xavier's distribution (Glorot and
 * Bengio 2010) without biases, as the common implementations of CQL do.
 *
 * @param sizes widths from input to output, for example [11, 256, 256, 3]
 */
export function initSmallXavier(sizes: readonly number[], rng: Rng): Mlp<HostArray> {
  const [inputs, outputs] = sizes.slice(-2) as [number, number];
  const bound = 0.01 * Math.sqrt(6 / (inputs + outputs));
  const weight = Float32Array.from({ length: inputs * outputs }, () => rng.uniform(-bound, bound));
  const last = {
    weight: hostArray([inputs, outputs], weight),
    bias: hostArray([outputs], new Float32Array(outputs)),
  };
  return { ...initMlp(sizes, rng), [String(sizes.length - 2)]: last };
}
