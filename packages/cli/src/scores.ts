import {
  hasReferenceReturns,
  type Interval,
  interquartileMean,
  mean,
  normalisedScore,
  referenceReturns,
} from '@lamo/eval';
import { estimateOver, type Statistic } from './statistic';

/** A mean with its interval. */
export interface Estimate {
  readonly mean: number;
  /** 95 %; null of a single value. */
  readonly interval: Interval | null;
}

/** Summary of some episodes. */
export interface ScoreSummary extends Estimate {
  readonly interquartileMean: Statistic;
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

/** Estimates the interquartile mean with a 95 % bootstrap interval of its own. @throws LamoError `no-values` */
export function estimateInterquartileMean(values: readonly number[]): Statistic {
  return estimateOver([values], interquartileMean);
}

/** Estimates a mean with a 95 % bootstrap interval. @throws LamoError `no-values` */
export function estimateMean(values: readonly number[]): Estimate {
  const { value, interval } = estimateOver([values], mean);
  return { mean: value, interval };
}

/** Sums up the episodes of one policy. @param values scores or returns @throws LamoError `no-values` */
export function summariseScores(values: readonly number[]): ScoreSummary {
  return {
    ...estimateMean(values),
    interquartileMean: estimateInterquartileMean(values),
    episodes: values.length,
  };
}
