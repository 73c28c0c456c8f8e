import { type HostArray, type Tree, treeEntries } from '@lamo/runtime';
import { expect } from 'vitest';
import type { Recording } from './subject';

/**
 * Expects two trainings to have reported the same numbers and to have ended in the same place, to the last bit.
 * @param because what it means if they have not
 */
export function expectSameRecording(received: Recording, expected: Recording, because: string): void {
  expect(received.steps, because).toEqual(expected.steps);
  expectSameState(received.checkpoint.state, expected.checkpoint.state, because);
  expect(received.checkpoint.header, because).toEqual(expected.checkpoint.header);
}

/** Tells whether two states of one structure are equal to the last bit. */
export function hasSameState(one: Tree<HostArray>, other: Tree<HostArray>): boolean {
  return findDifference(one, other) === undefined;
}

function expectSameState(received: Tree<HostArray>, expected: Tree<HostArray>, because: string): void {
  const paths = (state: Tree<HostArray>) => treeEntries(state).map(([path]) => path);
  expect(paths(received), because).toEqual(paths(expected));
  const difference = findDifference(received, expected);
  if (difference === undefined) return;
  const { path, at, numbers } = difference;
  expect(numbers[0], `${because} (element ${at} of '${path}' differs)`).toBe(numbers[1]);
}

function findDifference(one: Tree<HostArray>, other: Tree<HostArray>) {
  const others = new Map(treeEntries(other));
  for (const [path, { data }] of treeEntries(one)) {
    const values = others.get(path)!.data;
    const at = data.findIndex((value, i) => !Object.is(value, values[i]));
    if (at >= 0) return { path, at, numbers: [data[at]!, values[at]!] as const };
  }
  return undefined;
}

/** Sums in another order differ in the last digits of float32; a policy with memory feeds its own actions back. */
const ROUNDING = 1e-5;

/** Expects numbers to be equal but for the rounding of float32. @param because what it means if they are not */
export function expectNear(received: ArrayLike<number>, expected: ArrayLike<number>, because: string): void {
  expect(received.length, because).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [value, wanted] = [received[i]!, expected[i]!];
    const isNear = Math.abs(value - wanted) <= ROUNDING * Math.max(1, Math.abs(wanted));
    if (!isNear) expect(value, `${because} (element ${i} differs)`).toBe(wanted);
  }
}
