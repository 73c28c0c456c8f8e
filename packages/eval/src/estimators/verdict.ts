import type { Interval } from '../statistics/bootstrap';
import { sortedQuantile } from '../statistics/statistics';

/** What an estimate says of a policy beside another, or beside what was logged. */
export type Verdict = 'better' | 'worse' | 'undecided' | 'unusable';

/** Says what an interval of a difference means: of which it is sure that it is above or below 0. */
export function verdictOf({ low, high }: Interval): Verdict {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'undecided';
}

/** The middle 95 % of samples, and by how much they are known to be off to both sides. */
export function intervalOf(draws: Float64Array, slack = 0): Interval {
  const sorted = Float64Array.from(draws).sort();
  return { low: sortedQuantile(sorted, 0.025) - slack, high: sortedQuantile(sorted, 0.975) + slack };
}
