import { checkValues } from '../check-values';
import { checkRange } from './check-range';

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
  const isFraction = Number.isFinite(fraction) && fraction >= 0 && fraction <= 1;
  checkRange(WHERE, 'fraction', fraction, isFraction, 'between 0 and 1');
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

/**
 * Computes the optimality gap: by how much the values fall short of a threshold on average, where those above it count as the
 * threshold: threshold − mean(min(value, threshold)). 0 is best. Unlike a mean, it cannot be improved by doing ever better where enough
 * is reached already (Agarwal et al. 2021, who call the threshold γ; as `rliable` computes it).
 *
 * @param threshold what is enough, in the unit of the values; 100 is the score of D4RL's expert
 * @throws LamoError `no-values`, `not-finite`, `out-of-range`
 */
export function optimalityGap(values: ArrayLike<number>, threshold = 100): number {
  checkRange(WHERE, 'threshold', threshold, Number.isFinite(threshold), 'a finite number');
  checkValues(WHERE, values);
  return threshold - mean(Float64Array.from(values, (value) => Math.min(value, threshold)));
}

function sorted(values: ArrayLike<number>): Float64Array {
  checkValues(WHERE, values); // before the copy turns null into 0
  return Float64Array.from(values).sort();
}

/** As {@link quantile}, of values that are checked and sorted. */
export function sortedQuantile(ascending: Float64Array, fraction: number): number {
  const position = fraction * (ascending.length - 1);
  const below = ascending[Math.floor(position)]!;
  const above = ascending[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}
