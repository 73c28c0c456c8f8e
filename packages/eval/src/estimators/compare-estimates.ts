import { LamoError } from '@lamo/core';
import type { Interval } from '../statistics/bootstrap';
import type { LogEstimate } from './estimate-from-log';
import { intervalOf, type Verdict, verdictOf } from './verdict';

/** What of an estimate is compared. */
type Compared = Pick<LogEstimate, 'estimator' | 'draws' | 'episodes' | 'verdict'> &
  Partial<Pick<LogEstimate, 'slack'>>;

/** Two estimates of the same estimator, sample by sample. */
export interface Comparison {
  /** How much more the first policy is worth, 95 %; null if one of the estimates has no interval. */
  readonly difference: Interval | null;
  /** Whether the first policy is better or worse than the second, or whether the data cannot tell. */
  readonly verdict: Verdict;
}

/**
 * Compares two policies that the same estimator judged by the same log with the same seed.
 *
 * @throws LamoError `not-comparable`
 */
export function compareEstimates(first: Compared, second: Compared): Comparison {
  const isUnusable = first.verdict === 'unusable' || second.verdict === 'unusable';
  const isAlike =
    first.estimator === second.estimator &&
    first.episodes === second.episodes &&
    (isUnusable || first.draws.length === second.draws.length);
  if (!isAlike)
    throw new LamoError({
      where: 'eval/estimators',
      code: 'not-comparable',
      problem: 'These estimates were not made alike, so their difference says nothing',
      expected: 'the same estimator, log and number of samples',
      received: `${describe(first)} and ${describe(second)}`,
    });
  if (isUnusable) return { difference: null, verdict: 'unusable' };
  const differences = Float64Array.from(first.draws, (value, i) => value - second.draws[i]!);
  const difference = intervalOf(differences, (first.slack ?? 0) + (second.slack ?? 0));
  return { difference, verdict: verdictOf(difference) };
}

const describe = ({ estimator, episodes, draws }: Compared) =>
  `${estimator} of ${episodes} episodes with ${draws.length} samples`;
