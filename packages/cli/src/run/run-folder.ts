import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkWritable, LamoError, nearest, writeError } from '@lamo/core';
import { isLockFile } from './lock-run';

/** Where everything of a run lies. */
export interface RunFolder {
  /** The folder itself. */
  readonly path: string;
  /** `manifest.json` */
  readonly manifest: string;
  /** `metrics.jsonl` */
  readonly metrics: string;
  /** `evaluations.jsonl` */
  readonly evaluations: string;
  /** `timing.jsonl` */
  readonly timing: string;
  /** Folder of the checkpoints, `step-N.safetensors` each. */
  readonly checkpoints: string;
  /** Folder of recorded episodes. */
  readonly trajectories: string;
  /** `replay.safetensors`: what was logged by acting. */
  readonly replay: string;
  /** `policy.onnx`, once the run is finished. */
  readonly policy: string;
  /** `estimates.jsonl`: what a policy that is judged seemed to be worth, by step. */
  readonly estimates: string;
  /** `estimate.json`, once a run that judges a policy is finished. */
  readonly estimate: string;
  /** `log-estimates.jsonl`: what the run's own policy is worth by logs, as `lamo evaluate --estimate` found. */
  readonly logEstimates: string;
  /** A line for each snapshot of a language model. */
  readonly perplexity: string;
  /** A line for each snapshot of a reward model. */
  readonly preferences: string;
  /** `texts.jsonl`: how good and how different texts of a language model are, by the temperature that it wrote them at. */
  readonly texts: string;
  /** Folder of the tokenizer of a language model. */
  readonly tokenizer: string;
  /** Folder of earlier language models, by step. */
  readonly snapshots: string;
  /** What comes out of an algorithm that trains a language model. */
  readonly model: string;
  /** Its adapters apart from the model that they were trained beside, if it has some. */
  readonly adapter: string;
  /**
   * Is there while the folder has no manifest yet: whatever else is in it then belongs to a start that was cut short, or
   * to an earlier run that was being replaced.
   */
  readonly startMark: string;
  /** Is there while a command for several runs waits to replace this one, and says by a run of which settings. */
  readonly overwriteMark: string;
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
    replay: join(path, 'replay.safetensors'),
    policy: join(path, 'policy.onnx'),
    estimates: join(path, 'estimates.jsonl'),
    estimate: join(path, 'estimate.json'),
    logEstimates: join(path, 'log-estimates.jsonl'),
    perplexity: join(path, 'perplexity.jsonl'),
    preferences: join(path, 'preferences.jsonl'),
    texts: join(path, 'texts.jsonl'),
    tokenizer: join(path, 'tokenizer'),
    snapshots: join(path, 'snapshots'),
    model: join(path, 'model'),
    adapter: join(path, 'adapter'),
    startMark: join(path, '.lamo-starting'),
    overwriteMark: join(path, '.lamo-overwriting'),
  };
}

/** What is expected where a run is named. */
export const A_RUN = 'a folder with a manifest.json, as `lamo train` and `lamo pretrain` make it';

/** Finds the run in a folder. @param expected what is wanted, for the error @throws LamoError `not-a-run` */
export function findRun(path: string, expected = A_RUN): RunFolder {
  const folder = runFolder(path);
  if (existsSync(folder.manifest)) return folder;
  const hint = existsSync(folder.startMark)
    ? 'A run was killed while it began here: start it again with the same command.'
    : (hintAtInside(path) ?? hintAtModel(path) ?? hintAtSimilar(path));
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-run',
    problem: existsSync(path)
      ? `${path} is not the folder of a run`
      : `There is no run in the folder '${path}'`,
    expected,
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * Checks, before any work is done, that a new run may have this folder.
 *
 * @param command that continues an earlier run
 * @throws LamoError `folder-exists`, also with `overwrite` if what is there is not a run; `not-writable`
 */
export function checkFree(path: string, overwrite: boolean, command = 'lamo train'): void {
  const { manifest } = runFolder(path);
  const isRun = existsSync(manifest);
  if (isFree(path) || (isRun && overwrite)) {
    checkWritable(manifest);
    return;
  }
  throw new LamoError({
    where: 'cli/run',
    code: 'folder-exists',
    problem: `${path} exists already`,
    expected: 'a folder that is not there yet, or is empty',
    received: isRun ? 'the folder of an earlier run' : 'something that is not a run',
    hint: isRun
      ? `Continue it by '${command} --resume ${path}', replace it with --overwrite, or choose another --out.`
      : 'Choose another --out.',
  });
}

/**
 * Makes the folders of a new run, in the place of an earlier one if there is one. Only for who holds the folder's lock.
 * It is a run from when its manifest is there, which comes last; `removeLeftOvers` then takes the mark away.
 * Killed before, it leaves a folder that is free for the next start.
 *
 * @throws LamoError `not-writable`, and what {@link checkFree} throws: somebody else may have been faster
 */
export function createRunFolder(...place: Parameters<typeof checkFree>): RunFolder {
  checkFree(...place);
  const [path] = place;
  const folder = runFolder(path);
  try {
    // One rename ends the earlier run: never is there half of one that looks like a whole one.
    if (existsSync(folder.manifest)) renameSync(folder.manifest, folder.startMark);
    else closeSync(openSync(folder.startMark, 'a'));
    const { path: _, startMark, ...files } = folder;
    for (const file of [...Object.values(files), `${files.model}.tmp`, `${files.adapter}.tmp`])
      rmSync(file, { recursive: true, force: true });
    mkdirSync(folder.checkpoints);
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
  return names.flatMap((name) => stepOf(name) ?? []).sort((a, b) => a - b);
}

/** The step that a checkpoint is named for; undefined if it is named otherwise. */
export function stepOf(path: string): number | undefined {
  const [, step] = /^step-(\d+)\.safetensors$/.exec(basename(path)) ?? [];
  return step === undefined ? undefined : Number(step);
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
    hint: `Continue it with 'lamo train --resume ${folder.path}'.`,
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
  if (!existsSync(path)) return true;
  if (!statSync(path).isDirectory()) return false;
  const { manifest, startMark } = runFolder(path);
  if (existsSync(startMark) && !existsSync(manifest)) return true;
  return readdirSync(path).every((name) => isLockFile(name) || isTemporary(name));
}

/** Tells what a writer left half-written from everything else. Temporary files have the number of their process: `.manifest.json.4711.tmp`. */
export function isTemporary(name: string): boolean {
  return /\.\d+\.tmp$/.test(name);
}

/** Whoever names the folder that runs lie in means all of them, or one. */
function hintAtInside(path: string): string | undefined {
  const [first, ...others] = runsIn(path);
  if (first === undefined) return undefined;
  const count =
    others.length === 0
      ? `a run, ${first}`
      : `${others.length + 1} runs, ${first} among them; ${join(path, '*')} names all`;
  return `It holds ${count}. \`lamo report ${path}\` reports on all that is in it.`;
}

function hintAtModel(path: string): string | undefined {
  if (!existsSync(join(path, 'config.json'))) return undefined;
  return `It seems to be a language model: \`lamo inspect pretrain --initialise-from ${path}\` counts its parameters, \`lamo perplexity\` and \`lamo generate\` use it.`;
}

function hintAtSimilar(path: string): string | undefined {
  const similar = nearest(path, runsIn(dirname(path)));
  return similar && `Did you mean '${similar}'?`;
}

/** Paths of the runs in a folder; none if it is not a folder. */
function runsIn(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const inside = readdirSync(path).map((name) => join(path, name));
  return inside.filter((run) => existsSync(runFolder(run).manifest)).sort();
}
