import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkWritable, LamoError, writeFileAtomic } from '@lamo/core';
import type { ReadDatasetOptions } from '../formats/dataset-format';
import { LogSlices } from '../log/log-slices';
import { findFormat } from '../read-dataset';
import { readProgress, type SavedProgress, saveProgress } from './prepare-progress';
import {
  MANIFEST,
  PROGRESS,
  type PreparedManifest,
  readManifest,
  type Source,
  totalBytes,
} from './prepared-manifest';
import { PreparedWriter } from './prepared-writer';
import { isPrepared } from './read-prepared';

/** Options of {@link prepareDataset}: how the dataset is read, and more. */
export interface PrepareOptions extends Omit<ReadDatasetOptions, 'onLog'> {
  /** Replaces what was prepared in the folder before, as soon as the dataset was found to be readable. @default false */
  readonly overwrite?: boolean;
  /** Is told how far it has come. */
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** About how many numbers of a log are in memory at once, some of them several times. @default 4 million */
  readonly sliceNumbers?: number;
}

/** How far {@link prepareDataset} has come. */
export interface PrepareProgress {
  /** Rows of a log are first looked at, then written. */
  readonly stage: 'looking' | 'writing';
  /** Rows so far. */
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
 * @param folder is made, or has an earlier preparation of the same dataset
 * @throws LamoError `same-file`; `folder-exists` if something else is there; `other-source` if another dataset, or the same one read otherwise, is or was to be
 *   prepared there; `not-in-order` if a log is not sorted by episode; `option-not-used`; `disk-full`, `not-writable`; and what `readDataset` throws
 * @example
 * await prepareDataset('trips.jsonl', 'trips', { log: { ends: 'truncated' } });
 * const dataset = await readDataset('trips');
 */
export async function prepareDataset(
  path: string,
  folder: string,
  { overwrite = false, onProgress = () => {}, sliceNumbers = SLICE_NUMBERS, ...reading }: PrepareOptions = {},
): Promise<Preparation> {
  if (isSame(path, folder)) throw sameFolder(path);
  const format = await findFormat(path, reading);
  const source = sourceOf(path, reading);
  const manifest = overwrite ? undefined : findManifest(folder, source);
  if (manifest !== undefined) return { manifest, bytes: totalBytes(manifest), wasThere: true };
  const earlier = overwrite ? undefined : findProgress(folder, source);
  checkFree(folder);
  checkWritable(join(folder, MANIFEST));
  const writer = new PreparedWriter(folder, earlier?.written);

  const { log, ...options } = reading;
  let made: Pick<PreparedManifest, 'name' | 'warnings' | 'log'>;
  if (format.hasColumns === true) {
    const slices = await LogSlices.open(path, { ...log, ...options }, sliceNumbers, earlier?.log);
    const { rows: of } = await slices.survey((rows) => onProgress({ stage: 'looking', rows }));
    if (earlier === undefined) removePrepared(folder);
    const save = () => saveProgress(folder, { source, written: writer.written, log: slices.progress });
    save();
    for await (const slice of slices.read()) {
      const { rows } = writer.append(slice);
      save();
      onProgress({ stage: 'writing', rows, of });
    }
    made = slices.facts;
  } else {
    const dataset = await format.read(path, reading);
    removePrepared(folder);
    saveProgress(folder, { source });
    writer.append(dataset);
    made = { name: dataset.name, warnings: dataset.warnings ?? [] };
  }
  return finish(folder, writer, { ...made, source });
}

/** Writes down what is in a folder: from then on it is prepared. */
function finish(
  folder: string,
  writer: PreparedWriter,
  made: Pick<PreparedManifest, 'name' | 'warnings' | 'log' | 'source'>,
): Preparation {
  const { rows: size, layout } = writer.written!;
  const manifest: PreparedManifest = { format: 1, ...made, size, ...layout, ...writer.finish() };
  writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  rmSync(join(folder, PROGRESS));
  return { manifest, bytes: totalBytes(manifest), wasThere: false };
}

/** Finds what was prepared of the same. @throws LamoError `other-source`, `damaged-file` */
function findManifest(folder: string, source: Source): PreparedManifest | undefined {
  if (!existsSync(join(folder, MANIFEST))) return undefined;
  const manifest = readManifest(folder);
  checkSource(folder, manifest.source, source);
  return manifest;
}

/** Finds how far the same was prepared. @throws LamoError `other-source`, `damaged-file` */
function findProgress(folder: string, source: Source): SavedProgress | undefined {
  const progress = readProgress(folder);
  if (progress !== undefined) checkSource(folder, progress.source, source);
  return progress;
}

function isSame(path: string, folder: string): boolean {
  const [one, other] = [path, folder].map((each) => statSync(each, { throwIfNoEntry: false }));
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino;
}

function sameFolder(path: string): LamoError {
  return new LamoError({
    where: 'data/prepared',
    code: 'same-file',
    problem: `${path} would be written over by what is read from it`,
    expected: 'another folder',
  });
}

function sourceOf(path: string, reading: Omit<ReadDatasetOptions, 'onLog'>): Source {
  const status = statSync(path);
  return {
    path: resolve(path),
    bytes: status.isFile() ? status.size : 0,
    modified: status.mtimeMs,
    options: JSON.stringify(reading),
  };
}

/** What was made of something else is neither continued nor taken for it. */
function checkSource(folder: string, earlier: Source, source: Source): void {
  const describe = ({ path, bytes, modified, options }: Source) =>
    `${path} of ${bytes} bytes, changed ${new Date(modified).toISOString()}${options === '{}' ? '' : `, read with ${options}`}`;
  const [expected, received] = [describe(source), describe(earlier)];
  if (expected === received) return;
  throw new LamoError({
    where: 'data/prepared',
    code: 'other-source',
    problem: `${folder} has a dataset that was made of something else, or read otherwise`,
    expected,
    received,
    hint: 'Name another folder, or replace what is there (--overwrite, `overwrite`).',
  });
}

/** Refuses a folder with anything else than what is prepared. */
function checkFree(folder: string): void {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return;
  const entries = status.isDirectory() ? readdirSync(folder) : undefined;
  if (entries !== undefined && (entries.length === 0 || isPrepared({ entries }))) return;
  throw new LamoError({
    where: 'data/prepared',
    code: 'folder-exists',
    problem: `${folder} exists, and is not a prepared dataset`,
    expected: 'a folder that is empty, or does not exist yet',
    received: entries ? `a folder with ${entries.slice(0, 4).join(', ')}` : 'a file',
  });
}

/** Removes what was prepared in a folder, and nothing else. */
function removePrepared(folder: string): void {
  for (const name of [MANIFEST, PROGRESS]) rmSync(join(folder, name), { force: true });
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  for (const name of readdirSync(folder)) if (/^\d+-[\w-]+\.bin$/.test(name)) rmSync(join(folder, name));
}
