import { checkValues } from '../check-values';
import {
  bootstrapIntervals,
  checkStrata,
  type Interval,
  type ResamplingOptions,
  type Strata,
} from './bootstrap';

const WHERE = 'eval/performance-profile';

/** A point of a performance profile, with its interval. */
export interface ProfilePoint extends Interval {
  /** τ, a score. */
  readonly threshold: number;
  /** The share of all runs on all tasks with a score above τ, 0 to 1. */
  readonly share: number;
}

/**
 * Computes a performance profile of run scores: for each threshold τ the share of runs, on all tasks together, whose score is
 * above τ, with a stratified bootstrap interval for each τ on its own (Agarwal et al. 2021, §4.2; `rliable`'s
 * `create_performance_profile`). Read from left to right it falls from 1 to 0; a profile that lies above another one
 * everywhere belongs to the better algorithm.
 *
 * @param strata scores of the runs on each task
 * @param thresholds τ, in the unit of the scores
 * @returns one point for each threshold, in their order
 * @throws LamoError `no-values`, `not-finite`, `out-of-range`
 * @example
 * const points = performanceProfile([[71, 88, 80], [12, 30, 25]], [0, 25, 50, 75, 100]);
 */
export function performanceProfile(
  strata: Strata,
  thresholds: readonly number[],
  options: ResamplingOptions = {},
): ProfilePoint[] {
  checkStrata(strata);
  checkValues(WHERE, thresholds);
  const sharesOf = (sample: Float64Array) => thresholds.map((threshold) => shareAbove(sample, threshold));
  const shares = sharesOf(Float64Array.from(strata.flatMap((values) => Array.from(values))));
  const intervals = bootstrapIntervals(strata, sharesOf, options);
  return thresholds.map((threshold, i) => ({ threshold, share: shares[i]!, ...intervals[i]! }));
}

function shareAbove(values: Float64Array, threshold: number): number {
  let count = 0;
  for (const value of values) if (value > threshold) count++;
  return count / values.length;
}
