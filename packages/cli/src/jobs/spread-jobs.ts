import { availableParallelism } from 'node:os';
import { LamoError } from '@lamo/core';
import { formatNumberOf } from '../terminal/format';
import { type RunJobsOptions, runJobs } from './run-jobs';
import type { Job } from './start-job';

/** Options of {@link spreadJobs}. */
export interface SpreadPlan extends Omit<RunJobsOptions, 'parallel'> {
  /** How many at the same time. @default as many as there are cores; on another device than `cpu`, one; with a `start` of one's own, all */
  readonly parallel?: number | undefined;
  /** Threads of each. @default one if several run at the same time, else whichever is faster */
  readonly threads?: number | undefined;
}

/**
 * Trains several runs, as many at a time as there are cores.
 *
 * @returns the jobs that failed
 * @throws LamoError `interrupted`
 */
export async function spreadJobs(
  jobs: readonly Job[],
  { parallel: wanted, threads: given, ...options }: SpreadPlan,
): Promise<Job[]> {
  if (jobs.length === 0) return [];
  const cores = jobs.every(({ device }) => device === 'cpu') ? availableParallelism() : 1;
  const parallel = options.start === undefined ? Math.min(wanted ?? cores, jobs.length) : jobs.length;
  // One thread each is the best use of the cores, and any number gives the same results.
  const threads = given ?? (parallel > 1 ? 1 : undefined);
  const more = threads === undefined ? [] : ['--threads', String(threads)];
  const ready = jobs.map((job) => ({ ...job, args: [...job.args, ...more] }));
  return runJobs(ready, { ...options, parallel });
}

/** The error of runs that did not finish; each has said why. @param count of all @param advice how to continue */
export function runsFailed(unfinished: readonly Job[], count: number, advice: string): LamoError {
  return new LamoError({
    where: 'cli/train',
    code: 'runs-failed',
    problem: `${unfinished.length} of ${formatNumberOf(count, 'run')} failed: ${unfinished.map(({ label }) => label).join(', ')}`,
    hint: `The errors are above. To continue: ${advice}.`,
  });
}
