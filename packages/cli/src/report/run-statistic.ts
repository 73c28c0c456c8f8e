import { type Interval, stratifiedBootstrapInterval } from '@lamo/eval';

/** A statistic over runs; without an interval where a task has a single run, which says nothing about others. */
export interface RunStatistic {
  readonly value: number;
  readonly interval: Interval | undefined;
}

/**
 * Estimates a statistic over runs as rliable does: a stratum is a task, and its values are what its runs reach.
 *
 * @param strata one value of each run on each task
 */
export function estimateOverRuns(
  strata: readonly (readonly number[])[],
  statistic: (values: ArrayLike<number>) => number,
): RunStatistic {
  const isSure = strata.every(({ length }) => length > 1);
  return {
    value: statistic(strata.flat()),
    interval: isSure ? stratifiedBootstrapInterval(strata, { statistic }) : undefined,
  };
}
