import type { Interval } from '../statistics/bootstrap';
import { sortedQuantile } from '../statistics/statistics';

/** What an estimate says of a policy beside another, or beside what was logged. */
export type Verdict = 'better' | 'worse' | 'undecided' | 'unusable';

/** Says what an interval of a difference means: of which it is sure that it is above or below 0. */
export function verdictOf({ low, high }: Interval): Verdict {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'undecided';
}

/** The middle 95 % of samples. */
export function intervalOf(draws: Float64Array): Interval {
  const sorted = Float64Array.from(draws).sort();
  return { low: sortedQuantile(sorted, 0.025), high: sortedQuantile(sorted, 0.975) };
}
