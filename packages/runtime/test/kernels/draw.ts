import fc from 'fast-check';
import { sizeOf } from '../../src/tree';
import type { Operand } from '../run-compiled';

/** Which numbers an operand gets. */
export interface Numbers {
  /** Smallest and largest number. @default −3 to 3 */
  readonly between?: readonly [low: number, high: number];
  /** Numbers that a third of the elements are. @default 0, or none if it is not between the limits */
  readonly special?: readonly number[];
  /** No two numbers are close to each other, and none to 0. */
  readonly distinct?: boolean;
}

/** A shape of up to five axes; the more axes, the shorter they are. An axis of length 0 is rare. */
export function anyShape({ minRank = 0, maxRank = 5, minLength = 0 } = {}): fc.Arbitrary<number[]> {
  return fc.integer({ min: minRank, max: maxRank }).chain((rank) => {
    const length = fc.integer({ min: 1, max: rank > 3 ? 3 : 5 });
    const lengths = fc.array(length, { minLength: rank, maxLength: rank });
    if (minLength > 0) return lengths;
    const withEmpty = fc
      .tuple(lengths, fc.nat({ max: Math.max(rank - 1, 0) }))
      .map(([shape, axis]) => (rank === 0 ? shape : shape.with(axis, 0)));
    return fc.oneof({ weight: 9, arbitrary: lengths }, { weight: 1, arbitrary: withEmpty });
  });
}

/**
 * Shapes that broadcast with each other: axes are left out at the front, or have length 1. Few functions of tfjs
 * can stretch an axis to length 0.
 */
export function broadcastShapes(count: number, { toNothing = false } = {}): fc.Arbitrary<number[][]> {
  const all = anyShape().chain((shape) =>
    fc.array(
      fc
        .tuple(
          fc.nat({ max: shape.length }),
          fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
          fc.boolean(),
        )
        .map(([dropped, ones, whole]) =>
          whole ? shape : shape.map((length, axis) => (ones[axis] === true ? 1 : length)).slice(dropped),
        ),
      { minLength: count, maxLength: count },
    ),
  );
  return toNothing ? all : all.filter((shapes) => new Set(shapes.map((s) => s.includes(0))).size === 1);
}

/** An axis of a tensor of this rank, counted from the front or from the end. */
export function anyAxis(rank: number): fc.Arbitrary<number> {
  return fc.integer({ min: -rank, max: rank - 1 });
}

/** None, one or several axes, as reductions take them. */
export function anyAxes(rank: number): fc.Arbitrary<number | number[] | undefined> {
  const several = fc.subarray([...Array(rank).keys()]);
  if (rank === 0) return fc.constant(undefined);
  return fc.oneof(fc.constant(undefined), anyAxis(rank), several);
}

/** A float operand of a shape, its numbers drawn from a seed: fast-check need not shrink each of them. */
export function floatsOf(shape: readonly number[], numbers: Numbers = {}): fc.Arbitrary<Operand> {
  return fc
    .integer()
    .map((seed) => ({ shape, dtype: 'float32', values: drawNumbers(sizeOf(shape), seed, numbers) }));
}

/** An integer operand: from 0 to below `count`. */
export function indicesOf(shape: readonly number[], count: number): fc.Arbitrary<Operand> {
  return intsOf(shape, [0, count - 1]);
}

/** An integer operand. */
export function intsOf(
  shape: readonly number[],
  between: readonly [number, number] = [-5, 5],
): fc.Arbitrary<Operand> {
  return floatsOf(shape, { between: [between[0] - 0.5, between[1] + 0.5], special: [] }).map(
    ({ values }) => ({
      shape,
      dtype: 'int32',
      values: values.map((value) => Math.min(Math.max(Math.round(value), between[0]), between[1])),
    }),
  );
}

/** An operand of yes and no. */
export function boolsOf(shape: readonly number[]): fc.Arbitrary<Operand> {
  return intsOf(shape, [0, 1]).map((operand) => ({ ...operand, dtype: 'bool' }));
}

function drawNumbers(size: number, seed: number, numbers: Numbers): Float32Array {
  const uniform = mulberry32(seed);
  const [low, high] = numbers.between ?? [-3, 3];
  if (numbers.distinct === true) return distinctNumbers(size, uniform);
  const special = numbers.special ?? (low < 0 && high > 0 ? [0] : []);
  return Float32Array.from({ length: size }, () => {
    const pick = special[Math.floor(uniform() * special.length * 3)];
    return pick ?? low + (high - low) * uniform();
  });
}

/** ±0.1, ±0.2, … in random order. */
function distinctNumbers(size: number, uniform: () => number): Float32Array {
  const order = Array.from({ length: size }, (_, i) => ({ i, key: uniform() })).sort((a, b) => a.key - b.key);
  return Float32Array.from(order, ({ i }) => (i % 2 === 0 ? 1 : -1) * (Math.floor(i / 2) + 1) * 0.1);
}

/** A small generator of uniform numbers in [0, 1); its quality does not matter here. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
