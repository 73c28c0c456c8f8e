import {
  bootstrapInterval,
  hasReferenceReturns,
  type Interval,
  interquartileMean,
  mean,
  normalisedScore,
  referenceReturns,
} from '@lamo/eval';

/** A statistic with its confidence interval. */
export interface Estimate extends Interval {
  readonly mean: number;
}

/** Summary of some episodes. */
export interface ScoreSummary extends Estimate {
  readonly interquartileMean: SureStatistic;
  readonly episodes: number;
}

/** Where the returns with scores 0 and 100 in an environment come from: `D4RL`. Undefined if there are no scores. */
export function scoreSource(environment: string): string | undefined {
  return hasReferenceReturns(environment) ? referenceReturns(environment).source : undefined;
}

/** Explains scores. The expert can be exceeded: in a maze, D4RL's is a controller that plans only once. */
export function explainScore(source: string): string {
  return `0 is what a random policy gets, 100 what ${source}’s expert gets`;
}

/** The unit of results in an environment: the `score`, or the raw `return` where there are no reference returns. */
export function unitOf(environment: string): 'score' | 'return' {
  return hasReferenceReturns(environment) ? 'score' : 'return';
}

/** Converts returns to the unit of {@link unitOf}. */
export function toUnit(environment: string, returns: readonly number[]): number[] {
  if (unitOf(environment) === 'return') return [...returns];
  return returns.map((value) => normalisedScore(environment, value));
}

/** A statistic with its confidence interval. */
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
