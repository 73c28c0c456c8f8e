import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LamoError, nearest, writeError } from '@lamo/data';
import { LOCK } from './lock-run';

/** Where everything of a run lies. */
export interface RunFolder {
  readonly path: string;
  readonly manifest: string;
  readonly metrics: string;
  readonly evaluations: string;
  readonly timing: string;
  readonly checkpoints: string;
  readonly trajectories: string;
  readonly policy: string;
}

/** Names the files of the run in a folder. */
export function runFolder(path: string): RunFolder {
  return {
    path,
    manifest: join(path, 'manifest.json'),
    metrics: join(path, 'metrics.jsonl'),
    evaluations: join(path, 'evaluations.jsonl'),
    timing: join(path, 'timing.jsonl'),
    checkpoints: join(path, 'checkpoints'),
    trajectories: join(path, 'trajectories'),
    policy: join(path, 'policy.onnx'),
  };
}

/** Finds the run in a folder. @throws LamoError `not-a-run` */
export function findRun(path: string): RunFolder {
  const folder = runFolder(path);
  if (existsSync(folder.manifest)) return folder;
  const similar = nearestFolder(path);
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-run',
    problem: existsSync(path) ? `${path} is not the folder of a run` : `There is no run ${path}`,
    expected: 'a folder with a manifest.json, as `lamo train` and `lamo pretrain` make it',
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}

/**
 * Checks, before any work is done, that a new run may have this folder.
 *
 * @param command that goes on with an earlier run
 * @throws LamoError `folder-exists`, also with `overwrite` if what is there is not a run
 */
export function checkFree(path: string, overwrite: boolean, command = 'lamo train'): void {
  if (isFree(path)) return;
  const isRun = existsSync(runFolder(path).manifest);
  if (isRun && overwrite) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'folder-exists',
    problem: `${path} exists already`,
    expected: 'a folder that is not there yet, or is empty',
    received: isRun ? 'the folder of an earlier run' : 'something that is not a run',
    hint: isRun
      ? `Go on with it by '${command} --resume ${path}', replace it with --overwrite, or choose another --out.`
      : 'Choose another --out.',
  });
}

/**
 * Makes the folders of a new run, in the place of an earlier one if there is one. Only for who holds the folder's lock.
 *
 * @throws LamoError `not-writable`, and what {@link checkFree} throws: somebody else may have been faster
 */
export function createRunFolder(...place: Parameters<typeof checkFree>): RunFolder {
  checkFree(...place);
  const [path] = place;
  const folder = runFolder(path);
  try {
    for (const name of contentsOf(path)) rmSync(join(path, name), { recursive: true, force: true });
    mkdirSync(folder.checkpoints, { recursive: true });
  } catch (cause) {
    throw writeError(path, cause);
  }
  return folder;
}

/** Path of the checkpoint of a step. */
export function checkpointPath(folder: RunFolder, step: number): string {
  return join(folder.checkpoints, `step-${step}.safetensors`);
}

/** Lists the steps that a run has checkpoints of, ascending. */
export function checkpointSteps(folder: RunFolder): number[] {
  const names = existsSync(folder.checkpoints) ? readdirSync(folder.checkpoints) : [];
  const steps = names.map((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1]);
  return steps.flatMap((step) => (step === undefined ? [] : [Number(step)])).sort((a, b) => a - b);
}

/** Finds the last checkpoint of a run. @throws LamoError `no-checkpoint` */
export function lastCheckpoint(folder: RunFolder): string {
  const step = checkpointSteps(folder).at(-1);
  if (step !== undefined) return checkpointPath(folder, step);
  throw new LamoError({
    where: 'cli/run',
    code: 'no-checkpoint',
    problem: `The run ${folder.path} has no checkpoint yet`,
    expected: `a file step-N.safetensors in ${folder.checkpoints}`,
    hint: `Let it go on with 'lamo train --resume ${folder.path}'.`,
  });
}

/** Removes checkpoints but those of the given steps, and what an interrupted write left behind. */
export function removeCheckpoints(folder: RunFolder, keep: ReadonlySet<number>): void {
  for (const step of checkpointSteps(folder)) {
    if (!keep.has(step)) rmSync(checkpointPath(folder, step), { force: true });
  }
  for (const name of readdirSync(folder.checkpoints)) {
    if (name.endsWith('.tmp')) rmSync(join(folder.checkpoints, name), { force: true });
  }
}

function isFree(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return true;
  return stats.isDirectory() && contentsOf(path).length === 0;
}

/** Names what is in a folder, but for its lock. */
function contentsOf(path: string): string[] {
  return existsSync(path) ? readdirSync(path).filter((name) => name !== LOCK) : [];
}

function nearestFolder(path: string): string | undefined {
  const parent = dirname(path);
  if (!existsSync(parent)) return undefined;
  const runs = readdirSync(parent).map((name) => join(parent, name));
  return nearest(
    path,
    runs.filter((run) => existsSync(runFolder(run).manifest)),
  );
}
