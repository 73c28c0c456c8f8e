import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Dataset, type InfoColumn, LamoError } from '@lamo/core';
import { checkActionSpace } from '../action-space';
import { allocate } from '../allocate';
import { ARRAYS, type ColumnData } from '../dataset-columns';
import { findEpisodes } from '../episodes';
import { access, type Place } from '../formats/place';
import { expectHash, piecesOf } from '../hash-dataset';
import type { LogReading } from '../log/read-log';
import { checkObservationSpace } from '../observation-space';
import { mapFile } from './map-file';
import {
  bytesOf,
  damagedFile,
  MANIFEST,
  PROGRESS,
  type PreparedManifest,
  readManifest,
  totalBytes,
} from './prepared-manifest';

/** The checksums of so many bytes are computed in no time. */
const CHECKED_UP_TO = 2 ** 28;

/** Tells whether something is a dataset that was prepared, or begun to be. */
export function isPrepared({ entries = [] }: Pick<Place, 'entries'>): boolean {
  return entries.includes(MANIFEST) || entries.includes(PROGRESS);
}

/** Options of {@link readPrepared}. */
export interface ReadPreparedOptions {
  /** @default that which it was prepared with */
  readonly name?: string | undefined;
  /** Is told how the columns of a log of one's own were read. */
  readonly onLog?: ((reading: LogReading) => void) | undefined;
  /**
   * Maps columns into memory where that is possible: they are not read before they are looked at, and need not be in memory all at once.
   * Without it they are read: for files that something else may cut off while they are in use, which ends a process that has mapped them.
   * @default true
   */
  readonly map?: boolean;
  /** Mapped sets of so many bytes are compared with their checksums at once. @default 256 MiB */
  readonly checkUpTo?: number;
}

/**
 * Opens a dataset that `prepareDataset` wrote. It is compared with its checksums at once, and a large one that is mapped when `hashDataset`
 * has seen all of it.
 *
 * @throws LamoError `not-prepared` if that was not finished; `damaged-file`, `not-readable`; `dataset-version` if a later version wrote it;
 *   `observation-space`, `action-space`
 */
export async function readPrepared(
  folder: string,
  { onLog, name, ...opening }: ReadPreparedOptions = {},
): Promise<Dataset> {
  const manifest = readManifest(folder);
  if (manifest === undefined) throw notFinished(folder);
  const { size, observationSize, actionSize, warnings, log, sha256 } = manifest;
  const take = await openColumns(folder, manifest, opening);
  const images = manifest.observationSpace?.kind === 'image';
  const observed = (name: string) =>
    take<Float32Array | Uint8Array>(name, observationSize, [images ? Uint8Array : Float32Array]);
  const terminated = take('terminated', 1, [Uint8Array]);
  const truncated = take('truncated', 1, [Uint8Array]);
  const has = (name: string) => manifest.columns.some((column) => column.name === name);
  const dataset: Dataset = {
    ...{ name: name ?? manifest.name, size, observationSize, actionSize },
    ...checkObservationSpace('data/prepared', manifest),
    ...checkActionSpace('data/prepared', manifest),
    observations: observed('observations'),
    ...(has('nextObservations') && { nextObservations: observed('nextObservations') }),
    actions: take('actions', actionSize, [Float32Array]),
    rewards: take('rewards', 1, [Float32Array]),
    ...{ terminated, truncated },
    ...findEpisodes(terminated, truncated),
    infos: Object.fromEntries(infosOf(manifest, take)),
    ...(warnings.length > 0 && { warnings }),
  };
  if (log !== undefined) onLog?.({ dataset, ...log });
  expectHash(dataset, (hash) => {
    if (hash !== sha256) throw damagedFile(folder, `columns with the SHA-256 ${sha256}`, hash);
  });
  return dataset;
}

/** Takes a column by its name. @throws LamoError `damaged-file` if it is not of that width, or of another type */
type TakeColumn = <T extends ColumnData>(
  name: string,
  width: number,
  types: readonly (new (length: number) => T)[],
) => T;

async function openColumns(
  folder: string,
  { columns, size }: PreparedManifest,
  { map = true, checkUpTo = CHECKED_UP_TO }: Pick<ReadPreparedOptions, 'map' | 'checkUpTo'>,
): Promise<TakeColumn> {
  const how = { map, checkMapped: totalBytes({ columns, size }) <= checkUpTo };
  const opened = new Map<string, ColumnData>();
  for (const column of columns) opened.set(column.name, await openColumn(folder, column, size, how));
  return (name, width, types) => {
    const data = opened.get(name);
    const found = types.find((type) => data instanceof type);
    if (found !== undefined && data?.length === size * width) return data as InstanceType<typeof found>;
    const expected = `a column ${name} of ${width} numbers a row, as ${types.map((type) => type.name).join(' or ')}`;
    const received = columns.find((column) => column.name === name);
    throw damagedFile(
      join(folder, MANIFEST),
      expected,
      received === undefined ? 'none' : `${received.width}, as ${received.type}`,
    );
  };
}

function infosOf({ columns }: PreparedManifest, take: TakeColumn): [string, InfoColumn][] {
  return columns
    .filter(({ name }) => name.startsWith('infos/'))
    .map(({ name, width }) => [
      name.slice('infos/'.length),
      { width, data: take<InfoColumn['data']>(name, width, [Float32Array, Float64Array, Int32Array]) },
    ]);
}

async function openColumn(
  folder: string,
  column: PreparedManifest['columns'][number],
  rows: number,
  { map, checkMapped }: { readonly map: boolean; readonly checkMapped: boolean },
): Promise<ColumnData> {
  const path = join(folder, column.file);
  const bytes = bytesOf(column, rows);
  const found = access(path, () => statSync(path, { throwIfNoEntry: false })?.size);
  if (found !== bytes)
    throw damagedFile(path, `${bytes} bytes`, found === undefined ? 'no file' : `${found} bytes`);
  const file = access(path, () => openSync(path, 'r'));
  try {
    const mapped = map ? await mapFile(file, bytes) : undefined;
    const data = new ARRAYS[column.type](mapped ?? readWhole(path, file, bytes)) as ColumnData;
    if (mapped !== undefined && !checkMapped) return data;
    let sum = 0;
    for (const piece of piecesOf(data)) sum = crc32(piece, sum);
    if (sum !== column.crc32) throw damagedFile(path, `the checksum ${column.crc32}`, String(sum));
    return data;
  } finally {
    closeSync(file);
  }
}

/** @throws LamoError `too-large` if there is not enough memory for it; `not-readable` */
function readWhole(path: string, file: number, bytes: number): ArrayBuffer {
  const buffer = allocate(() => new ArrayBuffer(bytes), {
    ...{ where: 'data/prepared', of: path, bytes },
    hint: "With koffi it need not be in memory: 'npm install koffi' (Linux and macOS, columns up to 4 GB).",
  });
  const all = new Uint8Array(buffer);
  for (let at = 0; at < bytes; ) {
    const read = access(path, () => readSync(file, all, at, Math.min(bytes - at, 2 ** 30), at));
    if (read === 0) throw damagedFile(path, `${bytes} bytes`, `${at} bytes`);
    at += read;
  }
  return buffer;
}

function notFinished(folder: string): LamoError {
  return new LamoError({
    where: 'data/prepared',
    code: 'not-prepared',
    problem: `The dataset in ${folder} was not prepared to its end`,
    expected: `a folder with ${MANIFEST}`,
    hint: 'Run the same `lamo data prepare` again: it goes on where it was.',
  });
}
