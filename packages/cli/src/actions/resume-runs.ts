import { resumeJob } from '../jobs/resume-job';
import { trainJobs } from '../jobs/train-jobs';
import { distinctRuns } from '../run/distinct-runs';
import { type ResumeOptions, resumeRun } from '../run/resume-run';
import { showRun } from './show-run';

/** Continues runs that were stopped: one in this process, or several in processes of their own. */
export async function resumeRuns(
  given: readonly string[],
  options: ResumeOptions,
  parallel?: number,
): Promise<void> {
  const { paths } = distinctRuns(given);
  const [first, ...others] = paths;
  if (others.length === 0) return showRun((observer) => resumeRun(first!, options, observer));
  const jobs = paths.flatMap((path) => resumeJob(path, path, options) ?? []);
  return trainJobs({ paths, jobs, parallel, threads: options.threads, advice: 'run the same command again' });
}
