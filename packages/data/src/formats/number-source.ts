import { LamoError } from '@lamo/core';
import type { NumberArray } from '../hdf5-column';

/** An array of numbers in a file, read when it is needed: {@link Hdf5Column} is one. */
export interface NumberSource {
  /** What it is called in the file. */
  readonly key: string;
  /** Length of each dimension; flat and row-major. */
  readonly shape: readonly number[];
  /** Hands all numbers to `use`, as a view that may be valid only during the call. */
  read<T>(use: (numbers: NumberArray) => T): T;
  /** Refuses space in the file that was never written and reads as zeros. */
  checkWritten?(): void;
}

/** Numbers that are in memory already. */
export function sourceOf(key: string, shape: readonly number[], data: NumberArray): NumberSource {
  return { key, shape, read: (use) => use(data) };
}

/** How many numbers a row has. */
export function widthOf({ shape }: Pick<NumberSource, 'shape'>): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

/** Where numbers go: some columns of some rows of a table that is [N, `stride`]. */
export interface Target {
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
  readonly stride: number;
  /** The first row and column. */
  readonly row: number;
  readonly column: number;
}

/** Which rows of an array are copied, and what they must be. */
export interface Rows {
  /** The first row. */
  readonly from: number;
  readonly rows: number;
  /** What is subtracted from each number. @default 0 */
  readonly subtract?: number;
  /** Whether anything goes, as in extra columns, or numbers must be finite and fit into the table. @default false */
  readonly isFree?: boolean;
  /** Whether what was never written may count as zeros, as rewards and flags do. @default false */
  readonly mayBeUnwritten?: boolean;
}

/**
 * Copies rows into a table.
 *
 * @param origin what is named in errors: the file and the episode
 * @throws LamoError `not-finite` where a number that must be finite is not, or does not fit in 32 bits; `not-a-byte`; `never-written`
 */
export function copyRows(
  origin: string,
  source: NumberSource,
  { from, rows, subtract = 0, isFree = false, mayBeUnwritten = isFree }: Rows,
  { data, stride, row, column }: Target,
): void {
  const width = widthOf(source);
  let hasZeros = false;
  source.read((numbers) => {
    for (let i = 0; i < rows; i++) {
      const [start, end] = [(from + i) * width, (row + i) * stride + column];
      let isZero = true;
      for (let j = 0; j < width; j++) {
        const read = Number(numbers[start + j]);
        if (read !== 0) isZero = false;
        const value = read - subtract;
        data[end + j] = value;
        if (!isFree && !isKept(value, data[end + j]!))
          throw notKept(origin, source.key, from + i, j, value, data instanceof Uint8Array);
      }
      hasZeros ||= isZero;
    }
  });
  // Only where it matters: to ask takes as long as to read.
  if (hasZeros && !mayBeUnwritten) source.checkWritten?.();
}

/** Tells whether a number is finite and, but for rounding, the one that was kept. */
function isKept(value: number, kept: number): boolean {
  return Math.abs(kept - value) <= Math.abs(value) * 1e-6 + 1e-37;
}

function notKept(
  origin: string,
  key: string,
  row: number,
  column: number,
  value: number,
  isByte: boolean,
): LamoError {
  const isTooLarge = Number.isFinite(value);
  return new LamoError({
    where: 'data/formats',
    code: isByte ? 'not-a-byte' : 'not-finite',
    problem: `\`${key}\` of ${origin} has ${isByte ? 'something other than a byte' : 'a value that is not finite'} in row ${row}, column ${column}`,
    expected: isByte
      ? 'whole numbers from 0 to 255'
      : isTooLarge
        ? 'numbers that fit in 32-bit floats'
        : 'finite numbers',
    received: String(value),
    hint: 'Leave that episode out, or fix the program that wrote the log.',
  });
}
