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

/** Adds a layer norm to every hidden layer of a perceptron: `mlp` normalises what has a scale and a shift. */
export function addLayerNorm(layers: Mlp<HostArray>): Mlp<HostArray> {
  const entries = Object.entries(layers);
  const hidden = entries.slice(0, -1).map(([name, layer]) => [name, normalised(layer)] as const);
  return Object.fromEntries([...hidden, entries.at(-1)!]);
}

function normalised(layer: Linear<HostArray>): NormalisedLinear<HostArray> {
  const { shape } = layer.bias;
  const size = layer.bias.data.length;
  return {
    ...layer,
    scale: hostArray(shape, new Float32Array(size).fill(1)),
    shift: hostArray(shape, new Float32Array(size)),
  };
}

/** Tells whether a layer is normalised. */
export function isNormalised<Leaf>(layer: Linear<Leaf>): layer is NormalisedLinear<Leaf> {
  return 'scale' in layer;
}
