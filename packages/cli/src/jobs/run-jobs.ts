import { explainInterruption, interruptible } from '../terminal/interrupt';
import { type Job, type StartedJob, startJob } from './start-job';
import { type JobsWatch, watchJobs } from './watch-jobs';

/** How {@link runJobs} works. */
export interface RunJobsOptions {
  /** How many are trained at a time. */
  readonly parallel: number;
  /** What is to be done before the first begins; Ctrl-C waits until it is. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** How to continue after Ctrl-C. */
  readonly advice: string;
  /** How one is started. @default in a process of its own */
  readonly start?: typeof startJob | undefined;
}

/**
 * Trains several runs, while showing their progress. If one fails, the others continue.
 * Ctrl-C lets each finish its step and write a checkpoint.
 *
 * @returns the jobs that failed
 * @throws LamoError `interrupted`
 */
export async function runJobs(
  jobs: readonly Job[],
  { parallel, prepare, advice, start = startJob }: RunJobsOptions,
): Promise<Job[]> {
  const watch = watchJobs(jobs);
  let isPrepared = false;
  const announce = () => {
    const what = isPrepared ? 'finishing the step of each' : 'stopping';
    watch.print(`${what} (Ctrl-C again stops at once)`);
  };
  try {
    return await interruptible(announce, async (signal) => {
      await prepare?.();
      isPrepared = true;
      const unfinished = await workOff(jobs, parallel, { watch, start, signal });
      if (signal.aborted) throw explainInterruption(signal.reason, 'Stopped', `To continue: ${advice}`);
      return unfinished;
    });
  } finally {
    watch.stop();
  }
}

/** Where jobs are run. */
interface Floor {
  readonly watch: JobsWatch;
  readonly start: typeof startJob;
  readonly signal: AbortSignal;
}

/** Runs jobs one after the other in each of several lanes, until all are done or the signal is aborted. */
async function workOff(jobs: readonly Job[], lanes: number, { watch, start, signal }: Floor): Promise<Job[]> {
  const running = new Set<StartedJob>();
  const unfinished: Job[] = [];
  const queue = jobs.values();
  const lane = async () => {
    for (const job of queue) {
      if (signal.aborted) return;
      const started = start(job, watch.start(job));
      running.add(started);
      const outcome = await started.outcome;
      running.delete(started);
      if (outcome !== 'finished') unfinished.push(job);
      watch.end(job, outcome);
    }
  };
  const stopAll = () => {
    for (const job of running) job.stop(signal.reason);
  };
  // Whoever ends this process at once wants to end all of them.
  const killAll = () => {
    for (const job of running) job.kill();
  };
  signal.addEventListener('abort', stopAll);
  process.on('exit', killAll);
  await Promise.all(Array.from({ length: lanes }, lane));
  process.off('exit', killAll);
  return unfinished;
}
