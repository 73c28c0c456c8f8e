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

/** The scalar products, [n, m], of all rows of one with all rows of the other; the widths are equal. */
export function rowProducts(a: Rows, b: Rows): Float64Array {
  const { width } = a;
  const [n, m] = [countRows(a), countRows(b)];
  const products = new Float64Array(n * m);
  const [left, right] = [doubles(a), doubles(b)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const from = i * width;
      const to = j * width;
      // Sums side by side: a processor adds to one while it multiplies for another.
      let even = 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < width; k += 2) {
        even += left[from + k]! * right[to + k]!;
        odd += left[from + k + 1]! * right[to + k + 1]!;
      }
      if (k < width) even += left[from + k]! * right[to + k]!;
      products[i * m + j] = even + odd;
    }
  }
  return products;
}

/** Numbers of one type whatever comes in, without which loops over them are several times slower. */
function doubles({ data }: Rows): Float64Array {
  return data instanceof Float64Array ? data : Float64Array.from(data);
}

/** The squared length of every row, [n]. */
export function rowSquares({ width, data }: Rows): Float64Array {
  const squares = new Float64Array(data.length / width);
  for (let i = 0; i < data.length; i++) squares[Math.floor(i / width)]! += data[i]! ** 2;
  return squares;
}

/** Fills [n, m] with a function of two indices. */
export function fillMatrix(n: number, m: number, value: (i: number, j: number) => number): Float64Array {
  const matrix = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) matrix[i * m + j] = value(i, j);
  return matrix;
}
