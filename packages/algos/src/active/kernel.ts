/**
 * A covariance of what is believed about actions, at pairs of an observation and a task: how much knowing the one says about the
 * other.
 *
 * @typeParam Points several pairs, as this kernel needs them: inputs, or gradients
 */
export interface Kernel<Points> {
  /** How many there are, n. */
  count(points: Points): number;
  /** Some of them: `start`, `start` + 1 … `end` − 1. */
  slice(points: Points, start: number, end: number): Points;
  /** Covariances, [n, m], of n points with m. */
  covariances(a: Points, b: Points): Float64Array;
  /** Variances, [n]: the diagonal of `covariances(points, points)`. */
  variances(points: Points): Float64Array;
}

/** Rows of numbers. */
export interface Rows {
  /** Numbers in a row. */
  readonly width: number;
  /** [n, width] */
  readonly data: Float32Array | Float64Array;
}

/** Counts rows. */
export function countRows({ width, data }: Rows): number {
  return data.length / width;
}

/** Takes the rows from `start` up to `end`, without a copy. */
export function sliceRows({ width, data }: Rows, start: number, end: number): Rows {
  return { width, data: data.subarray(start * width, end * width) };
}

/** The scalar product of row i of one and row j of the other, of which the widths are equal. */
export function rowProduct(a: Rows, i: number, b: Rows, j: number): number {
  const { width, data: left } = a;
  const { data: right } = b;
  const [from, to] = [i * width, j * width];
  let sum = 0;
  for (let k = 0; k < width; k++) sum += left[from + k]! * right[to + k]!;
  return sum;
}

/** Fills [n, m] with a function of two indices. */
export function fillMatrix(n: number, m: number, value: (i: number, j: number) => number): Float64Array {
  const matrix = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) matrix[i * m + j] = value(i, j);
  return matrix;
}
