import {
  bootstrapInterval,
  hasReferenceReturns,
  type Interval,
  interquartileMean,
  mean,
  normalisedScore,
} from '@lamo/eval';

/** A mean and how sure it is. */
export interface Estimate extends Interval {
  readonly mean: number;
}

/** What some episodes came to. */
export interface ScoreSummary extends Estimate {
  readonly interquartileMean: SureStatistic;
  readonly episodes: number;
}

/** What scores are, as D4RL chose its reference returns: in a maze the expert is a controller that plans only once, and can be beaten. */
export const SCORE_SCALE = '0 is what a random policy gets, 100 what D4RL’s expert gets';

/** What results in an environment are given in: D4RL's `score`, or the raw `return` where D4RL has no references. */
export function unitOf(environment: string): 'score' | 'return' {
  return hasReferenceReturns(environment) ? 'score' : 'return';
}

/** Converts returns to the unit of {@link unitOf}. */
export function toUnit(environment: string, returns: readonly number[]): number[] {
  if (unitOf(environment) === 'return') return [...returns];
  return returns.map((value) => normalisedScore(environment, value));
}

/** A statistic, and how sure it is. */
export interface SureStatistic extends Interval {
  readonly value: number;
}

/** Estimates the interquartile mean with a 95 % bootstrap interval of its own. @throws LamoError `no-values` */
export function estimateInterquartileMean(values: readonly number[]): SureStatistic {
  return { value: interquartileMean(values), ...bootstrapInterval(values, { statistic: interquartileMean }) };
}

/** Estimates a mean with a 95 % bootstrap interval. @throws LamoError `no-values` */
export function estimateMean(values: readonly number[]): Estimate {
  return { mean: mean(values), ...bootstrapInterval(values) };
}

/** Sums up the episodes of one policy. @param values scores or returns @throws LamoError `no-values` */
export function summariseScores(values: readonly number[]): ScoreSummary {
  return {
    ...estimateMean(values),
    interquartileMean: estimateInterquartileMean(values),
    episodes: values.length,
  };
}
