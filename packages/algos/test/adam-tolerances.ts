import type { HostArray } from '@lamo/runtime';
import { expect } from 'vitest';

/** Float32 rounds to this share of a number. */
const ROUNDING = 2 ** -24;

/**
 * How far a gradient may be off, as a share of the largest gradient of its layer: a sum over batch and units of numbers that are
 * about as large as the largest gradient, in another order and after losses that were rounded, too.
 */
const GRADIENT_ERROR = 256 * ROUNDING;

/** A network that Adam has trained, by the paths of the final state. */
export interface Trained {
  /** The parts of the state that its optimiser moves, in order: `['actor', 'logAlpha']`. */
  readonly parts: readonly string[];
  /** Path of the optimiser: `actorOptimizer`. */
  readonly optimizer: string;
  readonly learningRate: number;
  readonly steps: number;
}

/**
 * Works out how far two trainings of the same numbers may be apart in each weight by rounding alone, whatever the data were.
 *
 * Adam divides a gradient by its own size. An error of e in a gradient of size g so moves a weight by rate · e / g in a step, and by 2
 * rates at most, where rounding decides its sign. Sizes are the roots of Adam's second moments. On top comes what rounding takes
 * off the weight itself.
 *
 * @returns tolerances of each leaf by its path
 */
export function adamTolerances(
  final: ReadonlyMap<string, HostArray>,
  { parts, optimizer, learningRate, steps }: Trained,
): Map<string, Float64Array> {
  const squares = final.get(`${optimizer}/second`)!.data;
  const weight = final.get(`${optimizer}/secondWeight`)!.data[0]!;
  const leaves = parts.flatMap((part) =>
    [...final].filter(([path]) => path === part || path.startsWith(`${part}/`)),
  );
  let start = 0;
  const tolerances = leaves.map(([path, { data }]) => {
    const sizes = Float64Array.from(squares.subarray(start, start + data.length), (s) =>
      Math.sqrt(s / weight),
    );
    start += data.length;
    const error = GRADIENT_ERROR * sizes.reduce((most, size) => Math.max(most, size), 0);
    const moved = sizes.map((size) => learningRate * steps * Math.min(2, error / size || 2));
    return [path, moved.map((move, i) => move + (steps + 2) * ROUNDING * Math.abs(data[i]!))] as const;
  });
  expect(start, `all that ${optimizer} moves`).toBe(squares.length);
  return new Map(tolerances);
}

/** Expects weights within their tolerances; says the worst one if not. */
export function expectWithin(
  received: Float32Array,
  expected: Float32Array,
  tolerances: Float64Array,
  what: string,
): void {
  expect(received.length, what).toBe(expected.length);
  const shares = tolerances.map((tolerance, i) => Math.abs(received[i]! - expected[i]!) / tolerance);
  const worst = shares.reduce((most, share, i) => (share > shares[most]! ? i : most), 0);
  expect(shares[worst]!, `${what}, element ${worst} of ${shares.length}, in tolerances`).toBeLessThanOrEqual(
    1,
  );
}
