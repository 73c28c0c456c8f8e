import { LamoError } from '@lamo/core';

/** What an array is for: the error says it if there is not enough memory. */
export interface Allocation {
  /** The part of the package. */
  readonly where: string;
  /** What is to be held: 'the file x.bin'. */
  readonly of: string;
  /** Its size. */
  readonly bytes: number;
  /** What to do instead. */
  readonly hint: string;
}

/**
 * Makes an array that may be too large.
 *
 * @param create makes it
 * @throws LamoError `too-large` if there is not enough memory for it
 */
export function allocate<T>(create: () => T, { where, of, bytes, hint }: Allocation): T {
  try {
    return create();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const problem = `There is not enough memory for ${of}`;
    throw new LamoError({ where, code: 'too-large', problem, expected: `${bytes} bytes`, hint, cause });
  }
}
