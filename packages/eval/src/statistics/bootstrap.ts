import { Rng } from '@lamo/core';
import { checkValues } from '../check-values';
import { checkRange } from './check-range';
import { mean, sortedQuantile } from './statistics';

const WHERE = 'eval/bootstrap';

/** Two ends of an interval. */
export interface Interval {
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** How values are resampled. */
export interface ResamplingOptions {
  /** Probability that the interval contains the true value. @default 0.95 */
  readonly level?: number;
  /** @default 2000 */
  readonly resamples?: number;
  /** Equal seeds give equal intervals. @default 0 */
  readonly seed?: number;
}

/** Options of {@link bootstrapInterval} and {@link stratifiedBootstrapInterval}. */
export interface BootstrapOptions extends ResamplingOptions {
  /** The statistic that the interval is for. @default mean */
  readonly statistic?: (values: Float64Array) => number;
}

/** Values of each stratum. For a comparison over tasks, a stratum is a task, and its values are the scores of its runs. */
export type Strata = readonly ArrayLike<number>[];

/**
 * Estimates a confidence interval by the percentile bootstrap: the statistic of many samples drawn from the
 * values with replacement, and the two quantiles that leave (1 − level)/2 on either side. Of a single value it has no width, which says
 * nothing: show none.
 *
 * @throws LamoError `no-values`, `not-finite`, `out-of-range`
 * @example
 * const { low, high } = bootstrapInterval([71, 88, 80, 93], { statistic: interquartileMean });
 */
export function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions = {}): Interval {
  return stratifiedBootstrapInterval([values], options);
}

/**
 * Estimates a confidence interval by the stratified percentile bootstrap (Agarwal et al. 2021): each stratum is resampled
 * within itself, and the statistic is of all strata together.
 *
 * @param strata the statistic is given all values, one stratum after the other
 * @throws LamoError `no-values`, `not-finite`, also for a single stratum; `out-of-range`, also if the statistic is not
 *   finite
 * @example
 * const scores = [[71, 88, 80], [12, 30, 25]]; // two tasks, three runs each
 * const { low, high } = stratifiedBootstrapInterval(scores, { statistic: interquartileMean });
 */
export function stratifiedBootstrapInterval(strata: Strata, options: BootstrapOptions = {}): Interval {
  const { statistic = mean, ...rest } = options;
  return bootstrapIntervals(strata, (sample) => [statistic(sample)], rest)[0]!;
}

/**
 * Estimates intervals of several statistics from the same resamples.
 *
 * @param statistics of a sample, always as many
 * @returns one for each statistic
 * @throws LamoError as {@link stratifiedBootstrapInterval}
 */
export function bootstrapIntervals(
  strata: Strata,
  statistics: (sample: Float64Array) => readonly number[],
  { level = 0.95, resamples = 2000, seed = 0 }: ResamplingOptions = {},
): Interval[] {
  checkStrata(strata);
  checkRange(WHERE, 'level', level, Number.isFinite(level) && level > 0 && level < 1, 'between 0 and 1');
  const isCount = Number.isInteger(resamples) && resamples > 0;
  checkRange(WHERE, 'resamples', resamples, isCount, 'a positive integer');
  const rng = Rng.fromSeed(seed).split('bootstrap');
  const sample = new Float64Array(strata.reduce((sum, { length }) => sum + length, 0));
  const drawn: Float64Array[] = []; // one of [resamples] for each statistic
  for (let r = 0; r < resamples; r++) {
    drawWithin(strata, rng, sample);
    for (const [i, value] of statistics(sample).entries()) {
      checkRange(WHERE, 'statistic', value, Number.isFinite(value), 'a finite number for every resample');
      drawn[i] ??= new Float64Array(resamples);
      drawn[i][r] = value;
    }
  }
  const tail = (1 - level) / 2;
  return drawn.map((values) => {
    values.sort();
    return { low: sortedQuantile(values, tail), high: sortedQuantile(values, 1 - tail) };
  });
}

/** Throws unless there are strata, each with values. @throws LamoError `no-values`, `not-finite` */
export function checkStrata(strata: Strata): void {
  if (strata.length === 0) checkValues(WHERE, strata);
  for (const values of strata) checkValues(WHERE, values);
}

/** Fills a sample with as many values of each stratum as it has, drawn with replacement. */
function drawWithin(strata: Strata, rng: Rng, sample: Float64Array): void {
  let at = 0;
  for (const values of strata) {
    for (let i = 0; i < values.length; i++) sample[at++] = values[rng.integer(values.length)]!;
  }
}
