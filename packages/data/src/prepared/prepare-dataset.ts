import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checkWritable, LamoError, makeFolder } from '@lamo/core';
import type { DatasetFormat, ReadDatasetOptions } from '../formats/dataset-format';
import { verifyDataset } from '../hash-dataset';
import { type LogProgress, LogSlices } from '../log/log-slices';
import { findFormat } from '../read-dataset';
import { type SavedProgress, saveProgress } from './prepare-progress';
import { checkOwn, filesOf, lookInto, type PreparedFolder, removeBegun, settle } from './prepared-folder';
import { MANIFEST, PROGRESS, type PreparedManifest, totalBytes } from './prepared-manifest';
import { checkWritten, type Layout, PreparedWriter } from './prepared-writer';
import { readPrepared } from './read-prepared';
import { writeSealed } from './sealed-file';
import {
  checkApart,
  checkSource,
  checkUnchanged,
  findSource,
  isSame,
  type Source,
  sourceChanged,
} from './source';

/** Options of {@link prepareDataset}: how the dataset is read, and more. */
export interface PrepareOptions extends Omit<ReadDatasetOptions, 'onLog'> {
  /**
   * Replaces what was prepared in the folder before, when all of this is written and can be read: until then there has to be room for both. A replacement
   * that was interrupted goes on with this option too. @default false
   */
  readonly overwrite?: boolean;
  /** Is told how far it has come. */
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** About how many numbers of a log are in memory at once, some of them several times. @default 4 million */
  readonly sliceNumbers?: number;
}

/** How far {@link prepareDataset} has come. */
export interface PrepareProgress {
  /** Rows of a log are first looked at, then written; what was written is read once more. */
  readonly stage: 'looking' | 'writing' | 'checking';
  /** Rows so far; of columns that are written one after the other, their share. */
  readonly rows: number;
  /** Of how many, if that is known. */
  readonly of?: number;
}

/** What a preparation came to. */
export interface Preparation {
  /** What is in the folder. */
  readonly manifest: PreparedManifest;
  /** Of the columns' files. */
  readonly bytes: number;
  /** Whether all of it was there already. */
  readonly wasThere: boolean;
}

const SLICE_NUMBERS = 2 ** 22;

/**
 * Writes a dataset into a folder that opens at once, and need not fit into memory: a file for each column. A log of one's own (CSV, JSON lines,
 * Parquet) is read slice by slice, so that it need not fit into memory here either; its rows must be sorted by episode. What was
 * interrupted goes on where it was, and what is there already is left as it is. Only one process may write into a folder.
 *
 * @param path as of `readDataset`
 * @param folder is made, or has an earlier preparation
 * @throws LamoError `same-file` if the folder is the source, or in it; `folder-exists` if something else is there; `other-source` if another dataset, or the same
 *   one read otherwise, is or was to be prepared there; `source-changed` if something writes to the source meanwhile; `damaged-file` if what is there is not what
 *   was written; `dataset-version`; `not-in-order` if a log is not sorted by episode; `option-not-used`; `disk-full`, `not-writable`; and what `readDataset` throws
 * @example
 * await prepareDataset('trips.jsonl', 'trips', { log: { ends: 'truncated' } });
 * const dataset = await readDataset('trips');
 */
export async function prepareDataset(
  path: string,
  folder: string,
  { overwrite = false, onProgress = () => {}, sliceNumbers = SLICE_NUMBERS, ...reading }: PrepareOptions = {},
): Promise<Preparation> {
  checkApart(path, folder);
  const format = await findFormat(path, reading);
  const source = findSource(path, reading);
  const there = lookInto(folder, overwrite);
  if (there.manifest !== undefined && !overwrite) return takeWhole(folder, there, source);
  checkOwn(folder, there);
  if (!overwrite && there.progress?.written?.rows) checkSource(folder, there.progress.source, source);
  const isNew = !existsSync(folder);
  makeFolder(folder);
  checkWritable(join(folder, MANIFEST));
  const earlier = format.hasColumns ? await findEarlier(folder, there, source, overwrite) : undefined;
  if (earlier === undefined) removeBegun(folder, there);

  // Until the new manifest takes the place of the old one, in one step, the old dataset is whole and the one that is found.
  const replaces = earlier?.replaces ?? filesOf(there.manifest);
  const writer = new PreparedWriter(folder, replaces, earlier?.written);
  let saved: SavedProgress = { source, replaces };
  const save = (log?: LogProgress) => {
    checkUnchanged(source);
    saved = { source, replaces, written: writer.written, log };
    saveProgress(folder, saved);
  };
  const write = { path, format, reading, writer, save, source, onProgress };
  save(earlier?.log);
  try {
    const made = await (format.hasColumns
      ? writeSlices(write, sliceNumbers, earlier?.log)
      : writeWhole(write));
    const { rows, layout } = writer.written!;
    const columns = await writer.finish(share('checking', rows, layout, onProgress));
    checkUnchanged(source);
    const manifest: PreparedManifest = { format: 1, ...made, source, size: rows, ...layout, ...columns };
    writeSealed(join(folder, MANIFEST), manifest);
    settle(folder, manifest, saved);
    return { manifest, bytes: totalBytes(manifest), wasThere: false };
  } catch (error) {
    if (saved.written === undefined && saved.log === undefined) leaveNothing(folder, isNew);
    throw error;
  }
}

/** What was prepared of the same before. @throws LamoError `other-source`, and what `readPrepared` throws */
async function takeWhole(
  folder: string,
  { manifest, progress }: PreparedFolder,
  source: Source,
): Promise<Preparation> {
  checkSource(folder, manifest!.source, source);
  await readPrepared(folder);
  // Of a process that was killed at its very end; another one is to replace this.
  if (filesOf(progress?.written?.layout)[0] === filesOf(manifest)[0]) settle(folder, manifest!, progress!);
  return { manifest: manifest!, bytes: totalBytes(manifest!), wasThere: true };
}

/** How far the same was prepared, if it can go on there. @throws LamoError `damaged-file` if what was written is no longer there, unless it may be overwritten */
async function findEarlier(
  folder: string,
  { progress }: PreparedFolder,
  source: Source,
  overwrite: boolean,
): Promise<SavedProgress | undefined> {
  if (progress === undefined || !isSame(progress.source, source)) return undefined;
  try {
    if (progress.written !== undefined) await checkWritten(folder, progress.written);
    return progress;
  } catch (error) {
    if (overwrite && LamoError.isInstance(error) && error.code === 'damaged-file') return undefined;
    throw error;
  }
}

/** Nothing had begun that could go on. */
function leaveNothing(folder: string, isNew: boolean): void {
  try {
    rmSync(join(folder, PROGRESS), { force: true });
    if (isNew) rmdirSync(folder);
  } catch {
    // Something else is in it by now, or it cannot be written: the first error says why.
  }
}

/** What {@link writeSlices} and {@link writeWhole} write, and where. */
interface Writing {
  readonly path: string;
  readonly format: DatasetFormat;
  readonly reading: Omit<ReadDatasetOptions, 'onLog'>;
  readonly writer: PreparedWriter;
  readonly source: Source;
  readonly save: (log?: LogProgress) => void;
  readonly onProgress: (progress: PrepareProgress) => void;
}

/** What is known of a dataset beside its columns. */
type Made = Pick<PreparedManifest, 'name' | 'warnings' | 'log'>;

async function writeSlices(
  { path, reading: { log, ...options }, writer, save, source, onProgress }: Writing,
  numbers: number,
  earlier?: LogProgress,
): Promise<Made> {
  const slices = await LogSlices.open(path, { ...log, ...options }, numbers, earlier);
  const { rows: of } = await slices.survey((rows) => onProgress({ stage: 'looking', rows }));
  let last = slices.progress;
  save(last);
  for await (const slice of slices.read()) {
    if (writer.begin(slice)) save(last);
    await writer.append(slice);
    last = slices.progress;
    save(last);
    onProgress({ stage: 'writing', rows: writer.written!.rows, of });
  }
  const { rows } = writer.written!;
  if (rows !== of) throw sourceChanged(source, `${of} rows`, `${rows}`);
  return slices.facts;
}

async function writeWhole({ path, format, reading, writer, save, onProgress }: Writing): Promise<Made> {
  const dataset = await format.read(path, reading);
  const { name, size, warnings = [] } = dataset;
  await setImmediate();
  onProgress({ stage: 'writing', rows: 0, of: size });
  await verifyDataset(dataset);
  writer.begin(dataset);
  save();
  await writer.append(dataset, share('writing', size, writer.written!.layout, onProgress));
  return { name, warnings };
}

/** Tells how far columns have come of which so many bytes more are done. */
function share(
  stage: PrepareProgress['stage'],
  of: number,
  { columns }: Layout,
  onProgress: (progress: PrepareProgress) => void,
): (bytes: number) => void {
  const all = totalBytes({ columns, size: of });
  let done = 0;
  return (bytes) => {
    done += bytes;
    onProgress({ stage, rows: Math.floor((of * done) / all), of });
  };
}
