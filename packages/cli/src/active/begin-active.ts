import { existsSync, readdirSync } from 'node:fs';
import {
  type DatasetSpec,
  findSelectionRule,
  multiTaskBc,
  partName,
  type SettingsOf,
  train,
} from '@lamo/algos';
import { checkWritable, LamoError, makeFolder } from '@lamo/core';
import { observationParts } from '@lamo/data';
import { demonstrateTasks, type TaskSet } from '@lamo/eval';
import { type Checkpoint, type Device, saveCheckpoint } from '@lamo/runtime';
import { isLockFile } from '../run/lock-run';
import { openCheckpoint } from '../run/open-checkpoint';
import {
  type ActiveSettings,
  activeFolder,
  checkSettings,
  type ListedTask,
  writeSettings,
} from './active-folder';

/** Flags that decide how a policy is fine-tuned. */
export interface TuningFlags {
  readonly rule: string;
  readonly rounds: number;
  readonly perRound: number;
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly beta: number;
  /** False for `--no-prior`. */
  readonly prior: boolean;
  readonly noise: number;
  readonly out: string;
}

/** What an active fine-tuning begins with. */
export interface Beginning {
  readonly set: string | null;
  readonly tasks: readonly ListedTask[];
  readonly checkpoint: Checkpoint;
  /** Which policy that is, for people. */
  readonly policy: string;
  readonly episodes: number;
  readonly pretrained: readonly number[] | null;
}

/** Checks flags before any work is done by them. @throws LamoError `invalid-flags` */
export function checkTuning(
  { rule, rounds, perRound, seed, steps, batchSize, learningRate, beta, noise }: TuningFlags,
  { episodes, pretrained }: Pick<Beginning, 'episodes' | 'pretrained'>,
): void {
  const counts = pretrained && [...pretrained];
  checkSettings({
    rounds,
    perRound,
    seed,
    steps,
    batchSize,
    learningRate,
    beta,
    noise,
    episodes,
    pretrained: counts,
  });
  if (findSelectionRule(rule).needsCounts === true && counts === null) throw noCounts(rule);
}

/** Makes the folder. It is one as soon as its settings are there, which come last. @throws LamoError `folder-exists`, `not-writable` */
export function beginActive(flags: TuningFlags, beginning: Beginning): void {
  const { rule, rounds, perRound, seed, steps, batchSize, learningRate, beta, prior, noise, out } = flags;
  const { set, tasks, checkpoint, policy, episodes, pretrained } = beginning;
  checkFree(out);
  const folder = activeFolder(out);
  makeFolder(out);
  saveCheckpoint(folder.pretrained, checkpoint);
  const settings: Omit<ActiveSettings, 'format'> = {
    ...{ set, rule, rounds, perRound, seed, steps, batchSize, learningRate, noise, episodes, policy },
    tasks: [...tasks],
    beta: prior ? beta : null,
    pretrained: pretrained && [...pretrained],
  };
  writeSettings(folder, settings);
}

/** Checks, before any work is done, that a new folder may be made. @throws LamoError `folder-exists`, `not-writable` */
export function checkFree(out: string): void {
  const { settings } = activeFolder(out);
  checkWritable(settings);
  const names = existsSync(out) ? readdirSync(out) : [];
  const left = names.filter((name) => !isLockFile(name) && name !== 'pretrained.safetensors');
  if (left.length === 0) return;
  throw new LamoError({
    where: 'cli/active',
    code: 'folder-exists',
    problem: `${out} exists already`,
    expected: 'a folder that is not there yet, or is empty',
    received: existsSync(settings) ? 'an earlier active fine-tuning' : 'something else',
    hint: existsSync(settings)
      ? `Go on with it by 'lamo active run --resume ${out}' or 'lamo active ask ${out}', or choose another --out.`
      : 'Choose another --out.',
  });
}

/** A policy that is told its task. */
export interface OpenedPolicy {
  readonly checkpoint: Checkpoint;
  /** What it sees and does. */
  readonly spec: DatasetSpec;
  /** Numbers that say a task. */
  readonly width: number;
  /** Whether it is told a class. */
  readonly isNumbered: boolean;
}

/**
 * Opens the policy that is fine-tuned.
 *
 * @param codeSize numbers that say a task
 * @throws LamoError `not-multi-task`, `shape-mismatch`, and what runs throw that cannot be opened
 */
export function openPretrained(run: string, codeSize?: number): OpenedPolicy {
  const { checkpoint, algorithm, data, path } = openCheckpoint(run, 'cli/active');
  if (algorithm.name !== multiTaskBc.name) throw notMultiTask(path, algorithm.title);
  const { config } = checkpoint.header as {
    readonly config: Pick<SettingsOf<typeof multiTaskBc>, 'task' | 'taskClasses'>;
  };
  const part = observationParts(data.spec)[partName(String(config.task))];
  if (part === undefined) throw notTold(path);
  const width = part.end - part.start;
  if (codeSize !== undefined && codeSize !== width) throw otherCode(path, width, codeSize);
  return { checkpoint, spec: data.spec, width, isNumbered: config.taskClasses != null };
}

/** Teaches a new policy some tasks of a set, for whoever has none. */
export async function pretrainOn(
  set: TaskSet,
  counts: readonly number[],
  { seed, steps, device }: { readonly seed: number; readonly steps: number; readonly device: Device },
): Promise<Checkpoint> {
  const config = { task: set.part, normaliseTask: false, layerNorm: true, learningRate: 1e-3 };
  const dataset = await demonstrateTasks(set, counts, seed);
  const run = await train(multiTaskBc, dataset, { steps, every: steps, seed, config, device });
  try {
    for await (const _ of run);
    return await run.checkpoint();
  } finally {
    await run.dispose();
  }
}

function noCounts(rule: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: `The rule ${rule} has to be told how often each task was shown before`,
    expected: '--pretrained',
    received: 'nothing',
    hint: 'Give the counts, or choose another --rule: the others do not need to know.',
  });
}

function notMultiTask(path: string, title: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'not-multi-task',
    problem: `${path} is of ${title}, which is not told what to do`,
    expected: 'a policy of multi-task-bc',
    received: title,
    hint: 'Train one: lamo train multi-task-bc --dataset FILE --task NAME.',
  });
}

function notTold(path: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'no-task',
    problem: `The policy in ${path} was never told its task`,
    expected: 'a training with --task',
    received: 'one without it',
  });
}

function otherCode(path: string, expected: number, received: number): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'shape-mismatch',
    problem: `The codes of the tasks have another size than what the policy in ${path} is told`,
    expected: `${expected} numbers`,
    received: String(received),
  });
}
