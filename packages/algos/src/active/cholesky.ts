import { LamoError } from '@lamo/core';

/**
 * Factorises a symmetric matrix K = L Lᵀ.
 *
 * @param matrix [n, n], of which the lower half is read
 * @returns L, [n, n], zeros above its diagonal
 * @throws LamoError `not-positive-definite`
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i !== j) lower[i * n + j] = sum / lower[j * n + j]!;
      else if (sum > n * Number.EPSILON * matrix[i * n + i]!) lower[i * n + i] = Math.sqrt(sum);
      else throw notPositiveDefinite(i, sum);
    }
  }
  return lower;
}

/**
 * Solves L V = B for many right-hand sides.
 *
 * @param lower [n, n] of {@link cholesky}
 * @param right [n, m], overwritten
 * @returns V, [n, m]: the same array
 */
export function solveLower(lower: Float64Array, n: number, right: Float64Array): Float64Array {
  const m = right.length / n;
  for (let i = 0; i < n; i++) {
    const row = i * m;
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k]!;
      const above = k * m;
      for (let j = 0; j < m; j++) right[row + j]! -= factor * right[above + j]!;
    }
    const pivot = 1 / lower[i * n + i]!;
    for (let j = 0; j < m; j++) right[row + j]! *= pivot;
  }
  return right;
}

function notPositiveDefinite(row: number, pivot: number): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'not-positive-definite',
    problem: `A covariance matrix is singular: its row ${row} follows from those before it`,
    expected: 'a pivot above rounding',
    received: String(pivot),
    hint: 'Raise the noise of demonstrations: with none, the same state twice says nothing new.',
  });
}
