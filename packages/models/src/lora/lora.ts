import { LamoError, type Rng } from '@lamo/core';
import { type HostArray, hostArray, type Tree, treeEntries } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Linear } from '../networks/linear';
import { matchesPath } from '../parameters/parameter-name';

/** Settings of an adapter. */
export interface LoraSettings {
  /** The update is scaled by alpha / rank. */
  readonly alpha: number;
  /** Dropout rate on the adapter's input. */
  readonly dropout: number;
}

/** Settings of {@link addLora}. */
export interface LoraLayers {
  /** r, the inner width. */
  readonly rank: number;
  /** Which linear layers get an adapter, by path pattern: `h.*.attn.c_attn`. */
  readonly layers: readonly string[];
  /** Parts of the output that get an adapter each: 3 for Q, K and V of `c_attn`, 1 for a joint one. @default 1 */
  readonly parts?: number;
}

/**
 * Adds adapters to linear layers (Hu et al. 2022, "LoRA"): y = x·W + b + (alpha / rank) · (x·Aᵀ)·Bᵀ.
 *
 * A layer gains two leaves: `lora_A` [parts · rank, inputs], uniform in ±1 / √inputs, and `lora_B` [outputs, rank], zero, so
 * that the network starts as it was. With several parts (loralib's merged linear), the p-th block of A's rows and of
 * B's rows are an adapter for the p-th part of the output; PEFT's form is one part.
 *
 * @throws LamoError `no-such-layer` if a pattern matches no linear layer, `invalid-rank`
 */
export function addLora<T extends Tree<HostArray>>(tree: T, settings: LoraLayers, rng: Rng): T {
  const { rank, layers, parts = 1 } = settings;
  const chosen = chooseLayers(tree, layers);
  const add = (node: Tree<HostArray>, path: string): Tree<HostArray> => {
    if ('shape' in node) return node;
    if (chosen.has(path)) return addAdapter(node as Linear<HostArray>, path, rank, parts, rng);
    return Object.fromEntries(
      Object.entries(node).map(([key, child]) => [key, add(child, path === '' ? key : `${path}/${key}`)]),
    );
  };
  return add(tree, '') as T;
}

/** Paths of the linear layers (nodes with a matrix `weight`) that the patterns name. */
function chooseLayers(tree: Tree<HostArray>, patterns: readonly string[]): ReadonlySet<string> {
  const linear = treeEntries(tree)
    .filter(([path, { shape }]) => path.endsWith('/weight') && shape.length === 2)
    .map(([path]) => path.slice(0, -'/weight'.length));
  for (const pattern of patterns) {
    if (linear.some((path) => matchesPath(path, pattern))) continue;
    throw new LamoError({
      where: 'models/lora',
      code: 'no-such-layer',
      problem: `No linear layer matches the pattern '${pattern}'`,
      expected: `a pattern for paths such as ${linear.slice(0, 3).join(', ')}`,
      received: pattern,
    });
  }
  return new Set(linear.filter((path) => patterns.some((pattern) => matchesPath(path, pattern))));
}

function addAdapter(
  layer: Linear<HostArray>,
  path: string,
  rank: number,
  parts: number,
  rng: Rng,
): Linear<HostArray> {
  const [inputs, outputs] = layer.weight.shape as [number, number];
  if (!Number.isInteger(rank) || rank < 1 || outputs % parts !== 0) {
    throw new LamoError({
      where: 'models/lora',
      code: 'invalid-rank',
      problem: `An adapter of rank ${rank} with ${parts} parts does not fit '${path}' [${inputs}, ${outputs}]`,
      expected: `a rank of at least 1, and parts that divide ${outputs}`,
      received: `rank ${rank}, ${parts} parts`,
    });
  }
  const own = rng.split(path);
  const bound = 1 / Math.sqrt(inputs);
  const a = Float32Array.from({ length: parts * rank * inputs }, () => own.uniform(-bound, bound));
  return {
    ...layer,
    lora_A: hostArray([parts * rank, inputs], a),
    lora_B: hostArray([outputs, rank], new Float32Array(outputs * rank)),
  };
}

/** Tells whether a linear layer has an adapter. */
export function hasLora<Leaf>(layer: Linear<Leaf>): boolean {
  return layer.lora_A !== undefined;
}

/**
 * Computes what an adapter adds to its layer's output.
 *
 * @param x [N, inputs], dropout done
 * @returns [N, outputs]
 */
export function loraUpdate(layer: Linear<tf.Tensor>, x: tf.Tensor2D, alpha: number): tf.Tensor2D {
  const a = layer.lora_A as tf.Tensor2D;
  const b = layer.lora_B as tf.Tensor2D;
  const rank = b.shape[1];
  const parts = a.shape[0] / rank;
  // Scaled where it is smallest. [N, parts · rank]
  const inner = tf.mul(tf.matMul(x, a, false, true), alpha / rank) as tf.Tensor2D;
  if (parts === 1) return tf.matMul(inner, b, false, true);
  const inners = tf.split(inner, parts, 1);
  const bs = tf.split(b, parts, 0);
  const updates = inners.map((part, i) => tf.matMul(part, bs[i]!, false, true));
  return tf.concat2d(updates as tf.Tensor2D[], 1);
}

/** Adds every adapter to its layer's weight and removes it: the same function without adapters, dropout off. */
export function mergeLora(tree: Tree<HostArray>, alpha: number): Tree<HostArray> {
  return foldLora(tree, alpha, 1, false);
}

/** Undoes {@link mergeLora}: subtracts the adapters of `adapted` from the merged weights and adds them as separate leaves again. */
export function unmergeLora(
  merged: Tree<HostArray>,
  adapted: Tree<HostArray>,
  alpha: number,
): Tree<HostArray> {
  const adapters = new Map(treeEntries(adapted).filter(([path]) => /\/lora_[AB]$/.test(path)));
  const withAdapters = (node: Tree<HostArray>, path: string): Tree<HostArray> => {
    if ('shape' in node) return node;
    const entries = Object.entries(node).map(([key, child]) => [
      key,
      withAdapters(child, path === '' ? key : `${path}/${key}`),
    ]);
    const own = ['lora_A', 'lora_B'].flatMap((name) => {
      const leaf = adapters.get(`${path}/${name}`);
      return leaf === undefined ? [] : [[name, leaf]];
    });
    return Object.fromEntries([...entries, ...own]);
  };
  return foldLora(withAdapters(merged, ''), alpha, -1, true);
}

function foldLora(tree: Tree<HostArray>, alpha: number, sign: number, keep: boolean): Tree<HostArray> {
  if ('shape' in tree) return tree;
  if (hasLora(tree as Linear<HostArray>)) {
    const { lora_A, lora_B, ...layer } = tree as Linear<HostArray>;
    const weight = addProduct(layer.weight!, lora_A!, lora_B!, sign * alpha);
    return { ...layer, weight, ...(keep ? { lora_A: lora_A!, lora_B: lora_B! } : {}) };
  }
  return Object.fromEntries(
    Object.entries(tree).map(([key, child]) => [key, foldLora(child, alpha, sign, keep)]),
  );
}

/** weight + (alpha / rank) · (B·A)ᵀ, with weight [inputs, outputs]. */
function addProduct(weight: HostArray, a: HostArray, b: HostArray, alpha: number): HostArray {
  const [inputs, outputs] = weight.shape as [number, number];
  const rank = b.shape[1]!;
  const perPart = outputs / (a.shape[0]! / rank);
  const data = weight.data.slice();
  for (let o = 0; o < outputs; o++) {
    const firstRow = Math.floor(o / perPart) * rank;
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += b.data[o * rank + r]! * a.data[(firstRow + r) * inputs + i]!;
      data[i * outputs + o]! += (alpha / rank) * sum;
    }
  }
  return { shape: weight.shape, data };
}
