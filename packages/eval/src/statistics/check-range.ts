import { LamoError } from '@lamo/core';

/** Throws unless a number is as it has to be. @throws LamoError `out-of-range` */
export function checkRange(
  where: string,
  name: string,
  received: number,
  isRight: boolean,
  expected: string,
): void {
  if (isRight) return;
  throw new LamoError({
    where,
    code: 'out-of-range',
    problem: `${name} is out of range`,
    expected,
    received: `${received}`,
  });
}
