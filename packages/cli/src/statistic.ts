import { type Interval, stratifiedBootstrapInterval } from '@lamo/eval';

/** A statistic of what varies: runs, or the episodes of a single one. */
export interface Statistic {
  readonly value: number;
  /** 95 %; null where a task has a single value, which says nothing about others. */
  readonly interval: Interval | null;
}

/**
 * Estimates a statistic as rliable does: a stratum is a task, and its values are what its runs reach.
 *
 * @param strata one value of each run, or episode, on each task
 * @throws LamoError `no-values`
 */
export function estimateOver(
  strata: readonly (readonly number[])[],
  statistic: (values: ArrayLike<number>) => number,
): Statistic {
  const isSure = strata.every(({ length }) => length > 1);
  return {
    value: statistic(strata.flat()),
    interval: isSure ? stratifiedBootstrapInterval(strata, { statistic }) : null,
  };
}
