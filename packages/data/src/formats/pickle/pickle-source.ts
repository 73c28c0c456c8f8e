import { LamoError } from '@lamo/core';
import { type NumberSource, sourceOf } from '../number-source';
import { numpySource } from '../numpy-array';
import { PickledArray, type PickleValue } from './known-objects';

/** Lists in lists in lists: rows of images are not deeper. */
const DEEPEST = 5;

/** What may still be looked at in lists of a file: a few bytes let a list be in another any number of times. */
export interface ListBudget {
  left: number;
}

/**
 * Makes numbers of a pickle readable: an array of NumPy, a number, or a list of such, of the same length each.
 *
 * @returns the reason, if it is something else
 */
export function pickleSource(
  path: string,
  key: string,
  value: PickleValue,
  budget: ListBudget,
): NumberSource | LamoError {
  try {
    if (value instanceof PickledArray) return arraySource(path, key, value);
    const collected: Collected = { numbers: [], budget };
    const shape = collect(path, key, value, collected, 0);
    return sourceOf(key, shape, Float64Array.from(collected.numbers));
  } catch (error) {
    if (LamoError.isInstance(error)) return error;
    throw error;
  }
}

interface Collected {
  readonly numbers: number[];
  readonly budget: ListBudget;
}

function arraySource(path: string, key: string, { array }: PickledArray): NumberSource {
  if (array === undefined) throw notNumbers(path, key, 'an array without its numbers');
  return numpySource(path, key, array);
}

/** Adds the numbers of a value, and returns its shape. */
function collect(
  path: string,
  key: string,
  value: PickleValue,
  into: Collected,
  depth: number,
): readonly number[] {
  if (--into.budget.left < 0 || depth > DEEPEST)
    throw notNumbers(path, key, 'lists in lists that have more than the file');
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    into.numbers.push(Number(value));
    return [];
  }
  if (value instanceof PickledArray) {
    const source = arraySource(path, key, value);
    into.budget.left -= source.shape.reduce((product, side) => product * side, 1);
    source.read((numbers) => {
      for (const number of numbers) into.numbers.push(Number(number));
    });
    return source.shape;
  }
  if (!Array.isArray(value)) throw notNumbers(path, key, value === null ? 'None' : typeof value);
  const shapes = value.map((each) => collect(path, key, each, into, depth + 1));
  const [first = []] = shapes;
  if (shapes.some((shape) => shape.join() !== first.join()))
    throw notNumbers(path, key, 'lists of several lengths');
  return [value.length, ...first];
}

function notNumbers(path: string, key: string, received: string): LamoError {
  return new LamoError({
    where: 'data/pickle',
    code: 'wrong-type',
    problem: `\`${key}\` of ${path} is not numbers`,
    expected: 'an array of NumPy, or lists of numbers of the same length each',
    received,
  });
}
