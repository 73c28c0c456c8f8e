import { explainInterruption, interruptible } from '../terminal/interrupt';
import { type Job, type StartedJob, startJob } from './start-job';
import { type JobsWatch, watchJobs } from './watch-jobs';

/** How {@link runJobs} works. */
export interface RunJobsOptions {
  /** How many are trained at a time. */
  readonly parallel: number;
  /** How to go on after Ctrl-C. */
  readonly advice: string;
}

/**
 * Trains several runs, each in a process of its own, while showing how they go. One that fails leaves the others alone.
 * Ctrl-C lets each finish its step and write a checkpoint.
 *
 * @returns the jobs that are not finished, because they failed
 * @throws LamoError `interrupted`
 */
export async function runJobs(jobs: readonly Job[], { parallel, advice }: RunJobsOptions): Promise<Job[]> {
  const watch = watchJobs(jobs);
  const announce = () => watch.print('finishing the step of each (Ctrl-C again stops at once)');
  try {
    return await interruptible(announce, async (signal) => {
      const unfinished = await workOff(jobs, parallel, watch, signal);
      if (signal.aborted) throw explainInterruption(signal.reason, 'Stopped', `To go on: ${advice}`);
      return unfinished;
    });
  } finally {
    watch.stop();
  }
}

/** Starts one job after the other in each of some lanes, until all are done or the signal is aborted. */
async function workOff(
  jobs: readonly Job[],
  lanes: number,
  watch: JobsWatch,
  signal: AbortSignal,
): Promise<Job[]> {
  const running = new Set<StartedJob>();
  const unfinished: Job[] = [];
  const queue = jobs.values();
  const lane = async () => {
    for (const job of queue) {
      if (signal.aborted) return;
      const started = startJob(job, watch.start(job));
      running.add(started);
      const outcome = await started.outcome;
      running.delete(started);
      if (outcome !== 'finished') unfinished.push(job);
      watch.end(job, outcome);
    }
  };
  const stopAll = () => {
    for (const job of running) job.stop();
  };
  // Whoever ends this process at once means all of them.
  const killAll = () => {
    for (const job of running) job.kill();
  };
  signal.addEventListener('abort', stopAll);
  process.on('exit', killAll);
  await Promise.all(Array.from({ length: lanes }, lane));
  process.off('exit', killAll);
  return unfinished;
}
