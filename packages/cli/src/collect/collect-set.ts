import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkWritable, type Dataset, LamoError, makeFolder } from '@lamo/core';
import { type DatasetDescription, describeDataset, hashDataset, readD4rl, writeD4rl } from '@lamo/data';
import { findEnvironment } from '@lamo/eval';
import { DATASET_ENDING } from '../run/dataset-ending';
import { startStopwatch } from '../run/stopwatch';
import { lamoVersion } from '../version';
import { checkFiles, checkRows, checkUnchanged } from './check-recipe';
import { findSource } from './find-source';
import { RECIPE_FORMAT, RECIPE_SEAL, type RecipeSet, type SetRecord, sealOf } from './recipe-set';
import type { SourceTask } from './source';

/** A set that is to be collected, with who does it. */
export interface PlannedSet extends Awaited<ReturnType<typeof completeSet>> {
  readonly task: SourceTask;
  /** Whether a file that exists is replaced. */
  readonly force: boolean;
}

/** A set that was collected. */
export interface CollectedSet extends SetRecord {
  readonly file: string;
  /** Finished ones. */
  readonly episodes: number;
  readonly returns: DatasetDescription['returns'];
  readonly seconds: number;
}

/** What is known of a set once it is there. */
export interface SetResult {
  readonly value: CollectedSet;
  readonly note?: string | undefined;
}

/**
 * Fills in what a set leaves out by what it means, and finds who makes it.
 *
 * @throws LamoError what finding environments and sources throws
 */
export async function completeSet(set: RecipeSet) {
  const entry = findEnvironment(set.environment);
  const source = await findSource(entry, set);
  const who = set.replay === undefined ? { policy: source.name } : { replay: source.name };
  return {
    entry,
    source,
    set: { ...set, ...who, environment: entry.spec.id, rows: set.rows ?? source.rows },
  };
}

/**
 * Plans a set, and checks what can be checked before anything is collected.
 *
 * @param out file that the rows go to
 * @throws LamoError `no-dataset-name`, `file-exists`, `not-writable`, `other-files`, and what finding environments and sources throws
 */
export async function planSet(
  asked: RecipeSet,
  { out, workers, force }: { readonly out: string; readonly workers: number; readonly force: boolean },
): Promise<PlannedSet> {
  const { set, entry, source } = await completeSet(asked);
  const { rows, seed, noise, batch } = set;
  const task = { rows, seed, noise, batch, workers, out };
  await source.check?.(entry, task);
  checkFiles(set, source.files());
  checkWritable(out);
  if (!DATASET_ENDING.test(out)) throw noDatasetName(out);
  refuseToReplace(out, force);
  return { set, entry, source, task, force };
}

/**
 * Collects a set, and writes it with its record.
 *
 * @throws LamoError `other-rows` if they are not those that the recipe promises, `file-exists` if somebody else has written the file by
 *   then; nothing is written in both cases
 */
export async function collectSet({ set, entry, source, task, force }: PlannedSet): Promise<SetResult> {
  const clock = startStopwatch();
  const { out: file } = task;
  const { environment, policy, replay, seed, noise, batch } = set;
  const { dataset, whole, facts = {}, note } = await source.collect(entry, task);
  const record: SetRecord = {
    format: RECIPE_FORMAT,
    lamo: lamoVersion(),
    environment,
    ...(replay === undefined ? { policy: policy! } : { replay }),
    rows: dataset.size,
    ...(whole === undefined ? {} : { whole }),
    ...{ seed, noise, batch },
    files: source.files(),
    sha256: hashDataset(dataset),
  };
  checkRows(set, record);
  makeFolder(dirname(file));
  const recipe = JSON.stringify(record);
  const said = { environment, collector: source.name, seed, noise: Number(noise), batch };
  const metadata = { ...said, recipe, [RECIPE_SEAL]: sealOf(recipe) };
  refuseToReplace(file, force);
  // Another process may write it in this very moment.
  await writeD4rl(dataset, file, { metadata, isNew: !force });
  return { value: { file, ...record, ...describe(dataset), seconds: clock.lap(), ...facts }, note };
}

/** Describes a set that is there already. @throws LamoError `changed-rows` */
export async function describeSet(record: SetRecord, file: string): Promise<CollectedSet> {
  const dataset = await readD4rl(file);
  checkUnchanged(file, record, hashDataset(dataset));
  return { file, ...record, ...describe(dataset), seconds: 0 };
}

function describe(dataset: Dataset) {
  const { finishedEpisodes: episodes, returns } = describeDataset(dataset);
  return { episodes, returns };
}

/** By its ending a file is known as a dataset: for `--recipe`, for `lamo inspect`, and when the command is run again. */
function noDatasetName(path: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'no-dataset-name',
    problem: `${path} is not what a dataset is called`,
    expected: 'a file that ends in .hdf5 or .h5',
    received: path,
    hint: `Call it ${path.replace(/[/\\]+$/, '')}.hdf5.`,
  });
}

function refuseToReplace(path: string, force: boolean): void {
  if (force || !existsSync(path)) return;
  throw new LamoError({
    where: 'cli/collect',
    code: 'file-exists',
    problem: `${path} exists already`,
    expected: 'a file that does not exist yet',
    hint: 'Choose another --out, or replace it with --force.',
  });
}
