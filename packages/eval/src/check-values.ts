import { LamoError, showValue } from '@lamo/core';

/**
 * Throws unless a list is non-empty and has only finite numbers: JavaScript would turn `null` and '' into 0, and one
 * NaN would turn the whole summary into NaN.
 *
 * @throws LamoError `no-values`, `not-finite`, which names the first index
 */
export function checkValues(where: string, values: ArrayLike<unknown>): void {
  if (values.length === 0) {
    throw new LamoError({
      where,
      code: 'no-values',
      problem: 'There is nothing to summarise',
      expected: 'at least one value',
      received: 'none',
    });
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new LamoError({
      where,
      code: 'not-finite',
      problem: `The value at index ${i} is not a finite number`,
      received: showValue(values[i]),
      hint: 'Leave out values that were not measured, and report them as missing.',
    });
  }
}
