import { type Device, shareDevice } from '@lamo/runtime';
import { groupRuns } from '../report/run-group';
import { readRun } from '../report/run-record';
import { nameTogether } from '../run/name-together';
import { readManifest } from '../run/read-manifest';
import { runFolder } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import { type Description, showResult } from '../terminal/output';
import { runsFailed, type SpreadPlan, spreadJobs } from './spread-jobs';
import { startHere } from './start-here';
import type { Job, startJob } from './start-job';

/** How jobs train in this process. */
export interface SharedPlan {
  /** A device that takes steps in loops. */
  readonly device: Device;
  /** Turns the message of an error into the words of the command line. */
  readonly rephrase: (text: string) => string;
}

/** Options of {@link trainJobs}. */
export interface JobsPlan extends Omit<SpreadPlan, 'start'> {
  /** Folders of all runs, including those finished before. */
  readonly paths: readonly string[];
  readonly jobs: readonly Job[];
  /** Where all train at once, in one program and in this process. @default each has a process */
  readonly shared?: SharedPlan | undefined;
}

/**
 * Trains several runs to their end, and sums up those that finished.
 *
 * @throws LamoError `interrupted`, `runs-failed`
 */
export async function trainJobs({
  paths,
  jobs,
  prepare,
  advice,
  shared,
  ...chosen
}: JobsPlan): Promise<void> {
  const places = shared && startOn(shared, jobs.length);
  const unfinished = await spreadJobs(jobs, { ...chosen, prepare, advice, start: places });

  const finished = paths.filter((path) => unfinished.every((job) => job.path !== path));
  // Programs always get a list.
  showResult(finished.map(summarise), finished.length === 0 ? {} : describeTogether(finished));
  if (unfinished.length > 0) throw runsFailed(unfinished, jobs.length, advice);
}

/** Starts each job at a place of its own. */
function startOn({ device, rephrase }: SharedPlan, count: number): typeof startJob {
  const places = shareDevice(device, count).values();
  return (job, onReport) => startHere(job, onReport, { place: places.next().value!, rephrase });
}

function summarise(path: string): object {
  const folder = runFolder(path);
  const manifest = readManifest(folder.manifest);
  return sidesOf(manifest.algorithm).result.describe(folder, manifest).summary;
}

/** What finished runs say together, those that differ only in their seed in one table, and where to look further. */
function describeTogether(paths: readonly string[]): Description {
  const groups = groupRuns(paths.map(readRun));
  const answers = groups.map((group) =>
    sidesOf(group.runs[0]!.manifest.algorithm).result.describeSeeds(group),
  );
  const note = `'lamo report ${nameTogether(paths)}' shows how ${paths.length === 1 ? 'it' : 'they'} went`;
  return { answer: answers.join('\n\n'), note };
}
