import type { HostArray } from '@lamo/runtime';
import { expect } from 'vitest';

/** Float32 rounds to this share of a number. */
const ROUNDING = 2 ** -24;

/**
 * How far a gradient may be off, as a share of the largest gradient of its layer: a sum over batch and units of numbers that are
 * about as large as the largest gradient, in another order and after losses that were rounded, too.
 */
const GRADIENT_ERROR = 256 * ROUNDING;

/** A state by paths. */
export type State = ReadonlyMap<string, HostArray>;

/** A network that Adam has trained, by the paths of the state. */
export interface Trained {
  /** The parts of the state that its optimiser moves, in order: `['actor', 'logAlpha']`. */
  readonly parts: readonly string[];
  /** Path of the optimiser: `actorOptimizer`. */
  readonly optimizer: string;
  readonly learningRate: number;
  /** The states after each step; not every one has to be a step of this optimiser. */
  readonly states: readonly State[];
}

/**
 * Works out how far two trainings of the same numbers may be apart in each weight by rounding alone, whatever the data were.
 *
 * Adam divides the mean of gradients by the root of the mean of their squares, s. An error of e in both moves a weight by 2 · rate · e / s
 * in a step, and by 2 rates at most, where rounding decides the sign. On top comes what rounding takes off the weight itself.
 *
 * @returns tolerances of each leaf by its path
 */
export function adamTolerances({
  parts,
  optimizer,
  learningRate,
  states,
}: Trained): Map<string, Float64Array> {
  const leaves = parts.flatMap((part) =>
    [...states.at(-1)!].filter(([path]) => path === part || path.startsWith(`${part}/`)),
  );
  const read = (state: State, name: string) => state.get(`${optimizer}/${name}`)!.data;
  const steps = states.filter(
    (state, i) => read(state, 'count')[0] !== (states[i - 1] ? read(states[i - 1]!, 'count')[0] : 0),
  );
  let start = 0;
  const tolerances = leaves.map(([path, { data }]) => {
    const rounding = (steps.length + 2) * ROUNDING;
    const tolerance = Float64Array.from(data, (value) => rounding * Math.abs(value));
    for (const state of steps) {
      const weight = read(state, 'secondWeight')[0]!;
      const squares = read(state, 'second').subarray(start, start + data.length);
      const sizes = Float64Array.from(squares, (square) => Math.sqrt(square / weight));
      const error = GRADIENT_ERROR * sizes.reduce((most, size) => Math.max(most, size), 0);
      for (let i = 0; i < data.length; i++)
        tolerance[i]! += 2 * learningRate * Math.min(1, error / sizes[i]! || 1);
    }
    start += data.length;
    return [path, tolerance] as const;
  });
  expect(start, `all that ${optimizer} moves`).toBe(read(states.at(-1)!, 'second').length);
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
