import { LamoError } from './errors';
import { showValue } from './show-value';

/**
 * Throws unless a value is a positive integer.
 *
 * @param where the part of the package that asks, for the error
 * @throws LamoError `out-of-range`
 */
export function checkCount(where: string, name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) > 0) return;
  throw outOfRange(where, name, 'a positive integer', value);
}

/** Throws unless a value is a finite number for which `fits` is true. @throws LamoError `out-of-range` */
export function checkNumber(
  where: string,
  name: string,
  value: unknown,
  expected = 'a finite number',
  fits: (value: number) => boolean = () => true,
): void {
  if (Number.isFinite(value) && fits(value as number)) return;
  throw outOfRange(where, name, expected, value);
}

/** Throws unless a value is above 0 and at most 1. @throws LamoError `out-of-range` */
export function checkFraction(where: string, name: string, value: unknown): void {
  checkNumber(where, name, value, 'a number above 0 and at most 1', (number) => number > 0 && number <= 1);
}

/**
 * Throws if an array contains anything but finite numbers: JavaScript would quietly turn `null` and '' into 0.
 *
 * @throws LamoError `not-finite`, which names the first index
 */
export function checkFiniteValues(where: string, name: string, values: ArrayLike<unknown>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new LamoError({
      where,
      code: 'not-finite',
      problem: `\`${name}\` must contain only finite numbers, but has another value at index ${i}`,
      expected: 'finite numbers',
      received: showValue(values[i]),
    });
  }
}

function outOfRange(where: string, name: string, expected: string, received: unknown): LamoError {
  return new LamoError({
    where,
    code: 'out-of-range',
    problem: `\`${name}\` must be ${expected}`,
    received: showValue(received),
  });
}
