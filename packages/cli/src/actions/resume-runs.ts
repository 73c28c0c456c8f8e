import { existsSync, realpathSync } from 'node:fs';
import { resumeJob } from '../jobs/resume-job';
import { trainJobs } from '../jobs/train-jobs';
import { resumeRun } from '../run/resume-run';
import { showRun } from './train-algorithm';

/** Flags of `lamo train --resume`. */
export interface ResumeFlags {
  readonly steps?: number;
  readonly dataset?: string;
  readonly parallel?: number;
  readonly threads?: number;
}

/** Goes on with runs that were stopped: with one here, or with several in processes of their own. */
export async function resumeRuns(given: readonly string[], flags: ResumeFlags): Promise<void> {
  const own = eachOnce(given);
  const [first, ...others] = own;
  if (others.length === 0) return showRun((observer) => resumeRun(first!, flags, observer));
  const jobs = own.flatMap((path) => resumeJob(path, path, flags) ?? []);
  const { parallel, threads } = flags;
  return trainJobs({ paths: own, jobs, parallel, threads, advice: 'run the same command again' });
}

/** A folder may be named twice, in another spelling or through a link: it is one run. */
function eachOnce(paths: readonly string[]): readonly string[] {
  const places = paths.map((path) => (existsSync(path) ? realpathSync(path) : path));
  return paths.filter((_, i) => places.indexOf(places[i]!) === i);
}
