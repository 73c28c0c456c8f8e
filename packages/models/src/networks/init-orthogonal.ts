import type { Rng } from '@lamo/core';
import { type HostArray, hostArray } from '@lamo/runtime';
import type { Mlp } from './mlp';

/** Settings of {@link initOrthogonal}. */
export interface OrthogonalOptions {
  /** Factor of the orthogonal matrices. @default √2, which keeps the scale of what passes through ReLU */
  readonly gain?: number;
  /** The same for the last layer. @default {@link gain} */
  readonly lastGain?: number;
}

/**
 * Draws a multilayer perceptron whose weights are orthogonal matrices (Saxe et al. 2014), evenly from all of them, and whose
 * biases are 0.
 *
 * @param sizes widths from input to output, for example [11, 256, 256, 3]
 */
export function initOrthogonal(
  sizes: readonly number[],
  rng: Rng,
  { gain = Math.SQRT2, lastGain = gain }: OrthogonalOptions = {},
): Mlp<HostArray> {
  const last = sizes.length - 2;
  const layers = sizes.slice(1).map((outputs, i) => {
    const weight = orthogonal(sizes[i]!, outputs, i < last ? gain : lastGain, rng);
    return [String(i), { weight, bias: hostArray([outputs], new Float32Array(outputs)) }];
  });
  return Object.fromEntries(layers);
}

/** A matrix whose rows, or columns if it has fewer of them, are orthogonal and `gain` long. */
function orthogonal(rows: number, columns: number, gain: number, rng: Rng): HostArray {
  const vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), rng);
  const at =
    rows < columns ? (r: number, c: number) => vectors[r]![c]! : (r: number, c: number) => vectors[c]![r]!;
  const data = Float32Array.from(
    { length: rows * columns },
    (_, i) => gain * at(Math.floor(i / columns), i % columns),
  );
  return hostArray([rows, columns], data);
}

/**
 * Draws vectors uniformly in all directions and makes each orthogonal to those before it (Gram and Schmidt), twice: the second
 * pass removes what rounding left in the first.
 */
function orthonormal(count: number, length: number, rng: Rng): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => rng.normal());
    for (const other of [...vectors, ...vectors]) subtract(vector, other, dot(vector, other));
    const size = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((x) => x / size));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function subtract(from: Float64Array, vector: Float64Array, times: number): void {
  for (let i = 0; i < from.length; i++) from[i]! -= times * vector[i]!;
}
