import {
  bootstrapInterval,
  hasReferenceReturns,
  type Interval,
  interquartileMean,
  mean,
  normalisedScore,
  referenceReturns,
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

/** Who chose the returns that are the scores 0 and 100 in an environment: `D4RL`. Undefined if there are no scores. */
export function scoreSource(environment: string): string | undefined {
  return hasReferenceReturns(environment) ? referenceReturns(environment).source : undefined;
}

/** Says what scores are. The expert can be beaten: in a maze D4RL's is a controller that plans only once. */
export function explainScore(source: string): string {
  return `0 is what a random policy gets, 100 what ${source}’s expert gets`;
}

/** What results in an environment are given in: the `score`, or the raw `return` where there are no reference returns. */
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
