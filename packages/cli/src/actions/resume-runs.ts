import { resumeJob } from '../jobs/resume-job';
import { trainJobs } from '../jobs/train-jobs';
import { distinctRuns } from '../run/distinct-runs';
import { resumeRun } from '../run/resume-run';
import { showRun } from './show-run';

/** Flags of `lamo train --resume`. */
export interface ResumeFlags {
  readonly steps?: number;
  readonly dataset?: string;
  readonly parallel?: number;
  readonly threads?: number;
}

/** Continues runs that were stopped: one in this process, or several in processes of their own. */
export async function resumeRuns(given: readonly string[], flags: ResumeFlags): Promise<void> {
  const { paths } = distinctRuns(given);
  const [first, ...others] = paths;
  if (others.length === 0) return showRun((observer) => resumeRun(first!, flags, observer));
  const jobs = paths.flatMap((path) => resumeJob(path, path, flags) ?? []);
  const { parallel, threads } = flags;
  return trainJobs({ paths, jobs, parallel, threads, advice: 'run the same command again' });
}
