import { checkNumber } from '@lamo/core';
import { cholesky, solveLower } from './cholesky';
import { fillMatrix, type Kernel } from './kernel';

/** Points, and what is explained of them by others that were observed. */
export interface ConditionedPoints<Points> {
  /** As the kernel takes them. */
  readonly points: Points;
  /** [m, n] L⁻¹ k(X, points), with m observed points X: the covariance that they explain is its square. */
  readonly explained: Float64Array;
}

/** What is still believed after some points were observed: a kernel again, so that more can be observed. */
export interface ConditionedKernel<Points> extends Kernel<ConditionedPoints<Points>> {
  /** Looks at points in the light of what was observed. */
  see(points: Points): ConditionedPoints<Points>;
  /** [m, m] the factor L of k(X, X) + noise · I. */
  readonly lower: Float64Array;
}

/**
 * Conditions a kernel on observations: k(x, y) − k(x, X) [k(X, X) + noise · I]⁻¹ k(X, y) (Bagatella et al. 2025, Section 4.2).
 *
 * @param observed X, m points
 * @param noise variance of what was observed there, in units of the kernel
 * @throws LamoError `out-of-range`; `not-positive-definite` without noise where points follow from others
 */
export function condition<Points>(
  kernel: Kernel<Points>,
  observed: Points,
  noise: number,
): ConditionedKernel<Points> {
  checkNumber('algos/active', 'noise', noise, 'a number of at least 0', (value) => value >= 0);
  const m = kernel.count(observed);
  const gram = kernel.covariances(observed, observed);
  for (let i = 0; i < m; i++) gram[i * m + i]! += noise;
  const lower = cholesky(gram, m);
  const columns = (explained: Float64Array) => (m === 0 ? 0 : explained.length / m);
  return {
    lower,
    see: (points) => ({ points, explained: solveLower(lower, m, kernel.covariances(observed, points)) }),
    count: ({ points }) => kernel.count(points),
    slice({ points, explained }, start, end) {
      const n = columns(explained);
      const part = fillMatrix(m, end - start, (i, j) => explained[i * n + start + j]!);
      return { points: kernel.slice(points, start, end), explained: part };
    },
    covariances(a, b) {
      const covariances = kernel.covariances(a.points, b.points);
      subtractProducts(covariances, a.explained, b.explained, m);
      return covariances;
    },
    variances: ({ points, explained }) => remainingVariances(kernel.variances(points), explained),
  };
}

/**
 * Computes what is left of variances [n] after what is explained of them [m, n]. Never below 0, whatever the rounding.
 *
 * @returns [n], a new array
 */
function remainingVariances(variances: Float64Array, explained: Float64Array): Float64Array {
  const left = variances.slice();
  const n = left.length;
  for (let i = 0; i < explained.length; i++) left[i % n]! -= explained[i]! ** 2;
  return left.map((variance) => Math.max(0, variance));
}

/** Subtracts aᵀ b from [n, m]; a is [rows, n], b [rows, m]. */
function subtractProducts(from: Float64Array, a: Float64Array, b: Float64Array, rows: number): void {
  if (rows === 0) return;
  const [n, m] = [a.length / rows, b.length / rows];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < n; i++) {
      const factor = a[row * n + i]!;
      for (let j = 0; j < m; j++) from[i * m + j]! -= factor * b[row * m + j]!;
    }
  }
}
