import { checkNumber, LamoError } from '@lamo/core';
import { countRows, fillMatrix, type Kernel, type Rows, sliceRows } from './kernel';

/** Settings of {@link radialKernel}. */
export interface RadialKernelOptions {
  /** [width] how far apart inputs are, in each column, that say little about one another; one number for all columns. */
  readonly lengths: number | readonly number[];
  /** The variance of every point. @default 1 */
  readonly variance?: number;
}

/**
 * Makes the kernel of smooth functions: variance · exp(−½ Σ ((xᵢ − yᵢ) / lengthᵢ)²).
 *
 * @returns a kernel of inputs [n, width]: what is observed, and the task
 * @throws LamoError `out-of-range`; when used, `shape-mismatch`
 */
export function radialKernel({ lengths, variance = 1 }: RadialKernelOptions): Kernel<Rows> {
  const where = 'algos/active';
  for (const length of [lengths].flat())
    checkNumber(where, 'lengths', length, 'positive numbers', (value) => value > 0);
  checkNumber(where, 'variance', variance, 'a positive number', (value) => value > 0);
  return {
    count: countRows,
    slice: sliceRows,
    covariances(a, b) {
      const width = checkWidths(a, b, lengths);
      const scale = Array.from(
        { length: width },
        (_, k) => 1 / (Array.isArray(lengths) ? lengths[k]! : lengths),
      );
      return fillMatrix(countRows(a), countRows(b), (i, j) => {
        let distance = 0;
        for (let k = 0; k < width; k++)
          distance += ((a.data[i * width + k]! - b.data[j * width + k]!) * scale[k]!) ** 2;
        return variance * Math.exp(-distance / 2);
      });
    },
    variances: (points) => new Float64Array(countRows(points)).fill(variance),
  };
}

function checkWidths(a: Rows, b: Rows, lengths: number | readonly number[]): number {
  const expected = Array.isArray(lengths) ? lengths.length : a.width;
  if (a.width === expected && b.width === expected) return expected;
  throw new LamoError({
    where: 'algos/active',
    code: 'shape-mismatch',
    problem: 'The inputs of a kernel have another number of columns',
    expected: `${expected} columns`,
    received: `${a.width} and ${b.width}`,
  });
}
