import { LamoError, Rng } from '@lamo/core';
import { checkValues } from './check-values';

const WHERE = 'eval/statistics';

/** Computes the arithmetic mean. @throws LamoError `no-values`, `not-finite` */
export function mean(values: ArrayLike<number>): number {
  checkValues(WHERE, values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * Computes the standard deviation of the population that the values were drawn from (divisor n − 1); NaN for
 * a single value, which says nothing about spread.
 *
 * @throws LamoError `no-values`, `not-finite`
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - center) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Computes the standard error of the mean; NaN for a single value. @throws LamoError `no-values`, `not-finite` */
export function standardError(values: ArrayLike<number>): number {
  return standardDeviation(values) / Math.sqrt(values.length);
}

/**
 * Computes a quantile, interpolating linearly between values (NumPy's default).
 *
 * @param fraction 0 is the smallest value, 0.5 the median, 1 the largest
 * @throws LamoError `no-values`, `not-finite`, `out-of-range`
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
  checkRange(
    'fraction',
    fraction,
    Number.isFinite(fraction) && fraction >= 0 && fraction <= 1,
    'between 0 and 1',
  );
  return sortedQuantile(sorted(values), fraction);
}

/** Computes the median. @throws LamoError `no-values`, `not-finite` */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Computes the interquartile mean: the mean of the values without the lowest and the highest quarter,
 * ⌊n/4⌋ of each. Less moved by outliers than the mean, and less wasteful than the median
 * (Agarwal et al. 2021; as `rliable` computes it).
 *
 * @throws LamoError `no-values`, `not-finite`
 */
export function interquartileMean(values: ArrayLike<number>): number {
  const cut = Math.floor(values.length / 4);
  return mean(sorted(values).subarray(cut, values.length - cut));
}

/** Two ends of an interval. */
export interface Interval {
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** Options of {@link bootstrapInterval} and {@link stratifiedBootstrapInterval}. */
export interface BootstrapOptions {
  /** The statistic that the interval is for. @default mean */
  readonly statistic?: (values: Float64Array) => number;
  /** Probability that the interval contains the true value. @default 0.95 */
  readonly level?: number;
  /** @default 2000 */
  readonly resamples?: number;
  /** Equal seeds give equal intervals. @default 0 */
  readonly seed?: number;
}

/**
 * Estimates a confidence interval by the percentile bootstrap: the statistic of many samples drawn from the
 * values with replacement, and the two quantiles that leave (1 − level)/2 on either side.
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
 * within itself, and the statistic is of all strata together. For a comparison over tasks, a stratum is a task, and its
 * values are the scores of its runs.
 *
 * @param strata values of each stratum; the statistic is given all of them, one stratum after the other
 * @throws LamoError `no-values`, `not-finite`, also for a single stratum; `out-of-range`, also if the statistic is not
 *   finite
 * @example
 * const scores = [[71, 88, 80], [12, 30, 25]]; // two tasks, three runs each
 * const { low, high } = stratifiedBootstrapInterval(scores, { statistic: interquartileMean });
 */
export function stratifiedBootstrapInterval(
  strata: readonly ArrayLike<number>[],
  options: BootstrapOptions = {},
): Interval {
  const { statistic = mean, level = 0.95, resamples = 2000, seed = 0 } = options;
  if (strata.length === 0) checkValues(WHERE, strata);
  for (const values of strata) checkValues(WHERE, values);
  checkRange('level', level, Number.isFinite(level) && level > 0 && level < 1, 'between 0 and 1');
  checkRange('resamples', resamples, Number.isInteger(resamples) && resamples > 0, 'a positive integer');
  const rng = Rng.fromSeed(seed).split('bootstrap');
  const sample = new Float64Array(strata.reduce((sum, { length }) => sum + length, 0));
  const statistics = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let at = 0;
    for (const values of strata) {
      for (let i = 0; i < values.length; i++) sample[at++] = values[rng.integer(values.length)]!;
    }
    const value = statistic(sample);
    checkRange('statistic', value, Number.isFinite(value), 'a finite number for every resample');
    statistics[r] = value;
  }
  statistics.sort();
  const tail = (1 - level) / 2;
  return { low: sortedQuantile(statistics, tail), high: sortedQuantile(statistics, 1 - tail) };
}

function sorted(values: ArrayLike<number>): Float64Array {
  checkValues(WHERE, values); // before the copy turns null into 0
  return Float64Array.from(values).sort();
}

function sortedQuantile(ascending: Float64Array, fraction: number): number {
  const position = fraction * (ascending.length - 1);
  const below = ascending[Math.floor(position)]!;
  const above = ascending[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}

function checkRange(name: string, received: number, isRight: boolean, expected: string): void {
  if (isRight) return;
  throw new LamoError({
    where: WHERE,
    code: 'out-of-range',
    problem: `${name} is out of range`,
    expected,
    received: `${received}`,
  });
}
