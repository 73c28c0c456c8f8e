import type { Rng } from '@lamo/core';
import { type HostArray, hostArray, sizeOf } from '@lamo/runtime';
import { initLinear, type Linear } from './linear';
import type { Mlp } from './mlp';

/** Bias of all hidden units. */
const HIDDEN_BIAS = 0.1;

/**
 * Draws a multilayer perceptron whose output is almost 0 at first, as An et al. 2021 (EDAC) and, following them, ReBRAC do: hidden
 * weights uniform in ±1 / √inputs with biases of 0.1, weights and biases of the last layer uniform in ±`bound`.
 *
 * @param sizes widths from input to output, for example [11, 256, 256, 3]
 * @param bound of the last layer: 1e-3 for policies and 3e-3 for critics in both papers' code
 */
export function initSmallOutput(sizes: readonly number[], rng: Rng, bound: number): Mlp<HostArray> {
  const last = sizes.length - 2;
  const layers = sizes.slice(1).map((outputs, i) => {
    const layer = i < last ? hiddenLayer(sizes[i]!, outputs, rng) : lastLayer(sizes[i]!, outputs, rng, bound);
    return [String(i), layer] as const;
  });
  return Object.fromEntries(layers);
}

function hiddenLayer(inputs: number, outputs: number, rng: Rng): Linear<HostArray> {
  const { weight } = initLinear(inputs, outputs, rng);
  return { weight, bias: hostArray([outputs], new Float32Array(outputs).fill(HIDDEN_BIAS)) };
}

function lastLayer(inputs: number, outputs: number, rng: Rng, bound: number): Linear<HostArray> {
  const draw = (...shape: number[]) =>
    hostArray(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => rng.uniform(-bound, bound)),
    );
  return { weight: draw(inputs, outputs), bias: draw(outputs) };
}
