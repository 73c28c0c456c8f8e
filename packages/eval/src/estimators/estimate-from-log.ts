import type { JudgedLog } from '@lamo/core';
import type { Interval } from '../statistics/bootstrap';
import { checkRange } from '../statistics/check-range';
import { checkJudgedLog } from './check-judged-log';
import { drawSamples, wholeLog } from './draws';
import type { PreparedEstimate } from './estimator';
import { findEstimator } from './estimators';
import { intervalOf, type Verdict, verdictOf } from './verdict';

/** How many episodes, or as many of equal weight, an estimate needs at least to be used. */
export const LEAST_EPISODES = 10;

/** Between what the mean of weights has to be, which is 1 if they are right: else what is missing counts as nothing earned. */
export const MEAN_WEIGHTS = { low: 0.5, high: 2 };

const WHERE = 'eval/estimators';

/** What a policy is worth by one estimator. */
export interface LogEstimate {
  /** Name of the estimator. */
  readonly estimator: string;
  /** Expected discounted return; null where nothing in the log speaks of the policy. */
  readonly value: number | null;
  /** 95 %, by samples of the episodes (and of the networks, if there are several); null where there is no {@link value}, or one episode. */
  readonly interval: Interval | null;
  /** Episodes of the log. */
  readonly episodes: number;
  /** (Σ w)² / Σ w²: as many episodes of equal weight would say as much; null where all weigh the same. */
  readonly effectiveEpisodes: number | null;
  /** What weights are on average, 1 if they are right; null where they are shared out, or there are none. */
  readonly meanWeight: number | null;
  /** How far critics are known to be off, or networks may still move, which is in the intervals; 0 elsewhere. */
  readonly slack: number;
  /** What the episodes of the log earned, as far into the future as the estimate looks. */
  readonly logged: number;
  /** How much better than that the policy is, 95 %: both of the same samples. Null as {@link interval}. */
  readonly difference: Interval | null;
  /** Whether it is better or worse than what was logged; undecided where the data cannot tell, unusable with less than {@link LEAST_EPISODES} effective episodes, or where weights are not 1 on average, from a half to twice that. */
  readonly verdict: Verdict;
  /** The value by each sample, for comparisons with other policies by `compareEstimates`; none where there is no interval. */
  readonly draws: readonly number[];
}

/** Settings of {@link estimateFromLog}. */
export interface EstimateFromLogOptions {
  /** Samples that intervals are made from. @default 1000 */
  readonly resamples?: number;
  /** Equal seeds give equal samples, for any policy. @default 0 */
  readonly seed?: number;
}

/**
 * Estimates by a log alone what a policy is worth, with intervals by the percentile bootstrap over episodes.
 *
 * @param names of {@link estimators}
 * @returns one for each name
 * @throws LamoError `unknown-estimator`, `missing-part`, `not-finite`, `out-of-range`, `too-large`, `lengths-differ`
 */
export function estimateFromLog(
  log: JudgedLog,
  names: readonly string[],
  { resamples = 1000, seed = 0 }: EstimateFromLogOptions = {},
): LogEstimate[] {
  checkJudgedLog(log);
  const isCount = Number.isInteger(resamples) && resamples > 0;
  checkRange(WHERE, 'resamples', resamples, isCount, 'a positive integer');
  const whole = wholeLog(log);
  const all = names.map((name) => ({
    name,
    prepared: findEstimator(name).prepare(log),
    draws: new Float64Array(resamples),
    differences: new Float64Array(resamples),
  }));
  let at = 0;
  for (const draw of drawSamples(log, resamples, seed)) {
    for (const { prepared, draws, differences } of all) {
      draws[at] = prepared.value(draw);
      differences[at] = draws[at]! - prepared.logged(draw);
    }
    at++;
  }
  return all.map(({ name, prepared, draws, differences }) => {
    const value = prepared.value(whole);
    const logged = prepared.logged(whole);
    return {
      estimator: name,
      ...sumUp(prepared, { value, logged, draws, differences }, whole.counts.length),
    };
  });
}

/** A value, and by each sample, of an estimate. */
interface Drawn {
  readonly value: number;
  readonly logged: number;
  readonly draws: Float64Array;
  readonly differences: Float64Array;
}

function sumUp(
  prepared: PreparedEstimate,
  { value, logged, draws, differences }: Drawn,
  episodes: number,
): Omit<LogEstimate, 'estimator'> {
  const { effectiveEpisodes = null, meanWeight = null, slack = 0 } = prepared;
  const isKnown = Number.isFinite(value);
  const isSure = isKnown && episodes > 1 && draws.every(Number.isFinite);
  const difference = isSure ? intervalOf(differences, slack) : null;
  const { low, high } = MEAN_WEIGHTS;
  const isWhole = meanWeight === null || (meanWeight >= low && meanWeight <= high);
  const isUsable = isSure && isWhole && (effectiveEpisodes ?? episodes) >= LEAST_EPISODES;
  return {
    value: isKnown ? value : null,
    interval: isSure ? intervalOf(draws, slack) : null,
    ...{ episodes, slack, logged, difference },
    // Weights may be larger than any number: then the estimate is not usable, and there is no number to tell.
    effectiveEpisodes: finiteOrNull(effectiveEpisodes),
    meanWeight: finiteOrNull(meanWeight),
    verdict: isUsable ? verdictOf(difference!) : 'unusable',
    draws: isSure ? [...draws] : [],
  };
}

const finiteOrNull = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
