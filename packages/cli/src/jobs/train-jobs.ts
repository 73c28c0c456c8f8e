import { availableParallelism } from 'node:os';
import { LamoError } from '@lamo/core';
import { readRun } from '../report/run-record';
import { describeSeeds } from '../run/describe-estimates';
import { estimatesOf } from '../run/estimate-records';
import { estimateSide } from '../run/estimate-side';
import { readJsonLines } from '../run/json-lines';
import { policySide } from '../run/policy-side';
import { readManifest } from '../run/read-manifest';
import { runFolder } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import type { ResultSide } from '../run/side';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';
import { describeRuns } from './describe-runs';
import { runJobs } from './run-jobs';
import type { Job } from './start-job';

/** Options of {@link trainJobs}. */
export interface JobsPlan {
  /** Folders of all runs, including those finished before. */
  readonly paths: readonly string[];
  readonly jobs: readonly Job[];
  /** How many at the same time. @default as many as there are cores; on another device than `cpu`, one */
  readonly parallel?: number | undefined;
  /** Threads of each. @default one if several run at the same time, else whichever is faster */
  readonly threads?: number | undefined;
  /** How to continue after Ctrl-C. */
  readonly advice: string;
}

/**
 * Trains several runs to their end, and sums up those that finished.
 *
 * @throws LamoError `interrupted`, `runs-failed`
 */
export async function trainJobs({ paths, jobs, advice, ...chosen }: JobsPlan): Promise<void> {
  const cores = jobs.every(({ device }) => device === 'cpu') ? availableParallelism() : 1;
  const parallel = Math.min(chosen.parallel ?? cores, jobs.length);
  // One thread each is the best use of the cores, and any number gives the same results.
  const threads = chosen.threads ?? (parallel > 1 ? 1 : undefined);
  const more = threads === undefined ? [] : ['--threads', String(threads)];
  const ready = jobs.map((job) => ({ ...job, args: [...job.args, ...more] }));
  const unfinished = ready.length === 0 ? [] : await runJobs(ready, { parallel, advice });

  const finished = paths.filter((path) => unfinished.every((job) => job.path !== path)).map(readFinished);
  const of = (side: ResultSide) => finished.filter(({ result }) => result === side);
  const answers = [
    describeRuns(of(policySide).map(({ path }) => readRun(path))),
    describeSeeds(of(estimateSide).map(readJudged)),
  ];
  const description = {
    answer: answers.filter((answer) => answer !== '').join('\n\n'),
    note: describeFolders(finished),
  };
  // Programs always get a list.
  showResult(
    finished.map(({ summary }) => summary),
    finished.length === 0 ? {} : description,
  );
  if (unfinished.length > 0) throw runsFailed(unfinished, jobs.length, advice);
}

/** Where to look further: reports compare policies; what other runs have says their own files. */
function describeFolders(finished: readonly Finished[]): string {
  const policies = finished.filter(({ result }) => result === policySide);
  const folders = policies.map(({ path }) => path).join(' ');
  if (policies.length > 0)
    return `'lamo report ${folders}' shows how ${policies.length === 1 ? 'it' : 'they'} went`;
  const records = [...new Set(finished.map(({ result }) => result.records))].join(', ');
  return `${records} in each folder tells how it went`;
}

/** A finished run, what it ends with, and what came of it. */
interface Finished {
  readonly path: string;
  readonly seed: number;
  readonly result: ResultSide;
  readonly summary: object;
}

function readFinished(path: string): Finished {
  const folder = runFolder(path);
  const manifest = readManifest(folder.manifest);
  const { result } = sidesOf(manifest.algorithm);
  return { path, seed: manifest.seed, result, summary: result.describe(folder, manifest).summary };
}

const readJudged = ({ path, seed }: Finished) => ({
  seed,
  estimates: readJsonLines(estimatesOf(runFolder(path))),
});

function runsFailed(unfinished: readonly Job[], count: number, advice: string): LamoError {
  return new LamoError({
    where: 'cli/train',
    code: 'runs-failed',
    problem: `${unfinished.length} of ${formatNumberOf(count, 'run')} failed: ${unfinished.map(({ label }) => label).join(', ')}`,
    hint: `The errors are above. To continue: ${advice}.`,
  });
}
