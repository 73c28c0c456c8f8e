import { LamoError } from '@lamo/data';

/** Refuses what is not a positive integer. @throws LamoError `out-of-range` */
export function checkCount(where: string, name: string, received: number): void {
  if (Number.isSafeInteger(received) && received > 0) return;
  throw new LamoError({
    where,
    code: 'out-of-range',
    problem: `\`${name}\` is no count`,
    expected: 'a positive integer',
    received: String(received),
  });
}
