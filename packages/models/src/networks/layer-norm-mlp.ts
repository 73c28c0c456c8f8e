import { type HostArray, hostArray } from '@lamo/runtime';
import type { Linear } from './linear';
import type { Mlp } from './mlp';

/** A linear layer whose output is normalised after its activation, to be scaled and shifted. */
export interface NormalisedLinear<Leaf> extends Linear<Leaf> {
  /** [outputs]; of N layers, [N, 1, outputs] */
  readonly scale: Leaf;
  /** as the scale */
  readonly shift: Leaf;
}

/** A linear layer whose output is normalised before its activation. */
export interface PrenormalisedLinear<Leaf> extends Linear<Leaf> {
  /** [outputs]; of N layers, [N, 1, outputs] */
  readonly scaleBefore: Leaf;
  /** as the scale */
  readonly shiftBefore: Leaf;
}

/**
 * Adds a layer norm to every hidden layer of a perceptron; `mlp` normalises layers that have a scale and a shift.
 *
 * @param place before or after the activation @default 'after'
 */
export function addLayerNorm(layers: Mlp<HostArray>, place: 'before' | 'after' = 'after'): Mlp<HostArray> {
  const entries = Object.entries(layers);
  const hidden = entries.slice(0, -1).map(([name, layer]) => {
    const { shape, data } = layer.bias;
    const scale = hostArray(shape, new Float32Array(data.length).fill(1));
    const shift = hostArray(shape, new Float32Array(data.length));
    const norm = place === 'after' ? { scale, shift } : { scaleBefore: scale, shiftBefore: shift };
    return [name, { ...layer, ...norm }] as const;
  });
  return Object.fromEntries([...hidden, entries.at(-1)!]);
}

/** Tells whether a layer is normalised after its activation. */
export function isNormalised<Leaf>(layer: Linear<Leaf>): layer is NormalisedLinear<Leaf> {
  return 'scale' in layer;
}

/** Tells whether a layer is normalised before its activation. */
export function isPrenormalised<Leaf>(layer: Linear<Leaf>): layer is PrenormalisedLinear<Leaf> {
  return 'scaleBefore' in layer;
}
