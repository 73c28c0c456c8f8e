import { availableParallelism } from 'node:os';
import { LamoError } from '@lamo/core';
import { type Device, shareDevice } from '@lamo/runtime';
import { groupRuns } from '../report/run-group';
import { readRun } from '../report/run-record';
import { nameTogether } from '../run/name-together';
import { readManifest } from '../run/read-manifest';
import { runFolder } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import { formatNumberOf } from '../terminal/format';
import { type Description, showResult } from '../terminal/output';
import { runJobs } from './run-jobs';
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
export interface JobsPlan {
  /** Folders of all runs, including those finished before. */
  readonly paths: readonly string[];
  readonly jobs: readonly Job[];
  /** How many at the same time. @default as many as there are cores; on another device than `cpu`, one */
  readonly parallel?: number | undefined;
  /** Threads of each. @default one if several run at the same time, else whichever is faster */
  readonly threads?: number | undefined;
  /** What is to be done, whole, before the first begins. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** How to continue after Ctrl-C. */
  readonly advice: string;
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
  const cores = jobs.every(({ device }) => device === 'cpu') ? availableParallelism() : 1;
  const parallel = Math.min(chosen.parallel ?? cores, jobs.length);
  // One thread each is the best use of the cores, and any number gives the same results.
  const threads = chosen.threads ?? (parallel > 1 ? 1 : undefined);
  const more = threads === undefined ? [] : ['--threads', String(threads)];
  const ready = jobs.map((job) => ({ ...job, args: [...job.args, ...more] }));
  const how =
    shared === undefined ? { parallel } : { parallel: jobs.length, start: startOn(shared, jobs.length) };
  const unfinished = jobs.length === 0 ? [] : await runJobs(ready, { ...how, prepare, advice });

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

function runsFailed(unfinished: readonly Job[], count: number, advice: string): LamoError {
  return new LamoError({
    where: 'cli/train',
    code: 'runs-failed',
    problem: `${unfinished.length} of ${formatNumberOf(count, 'run')} failed: ${unfinished.map(({ label }) => label).join(', ')}`,
    hint: `The errors are above. To continue: ${advice}.`,
  });
}
