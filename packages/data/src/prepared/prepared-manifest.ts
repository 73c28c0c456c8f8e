import { join } from 'node:path';
import type { ActionSpace, DatasetWarning, ObservationSpace } from '@lamo/core';
import { LamoError, parseRecord } from '@lamo/core';
import { z } from 'zod';
import { ARRAYS, type ArrayType } from '../dataset-columns';
import { ENCODINGS } from '../log/encoding';
import { EPOCH_UNITS } from '../log/epoch-time';
import { LOG_ROLES } from '../log/log-columns';
import type { LogReading } from '../log/read-log';
import { readSealed } from './sealed-file';
import type { Source } from './source';

/** The file that says what is in a prepared dataset; it is written last. */
export const MANIFEST = 'lamo-dataset.json';
/** The file that says how far the preparation has come. */
export const PROGRESS = 'preparing.json';

/** What is stored of a column. */
export const storedColumn = z.looseObject({
  name: z.string(),
  file: z.string().regex(/^[\w-]+(\.\d+)?\.bin$/),
  type: z.enum(Object.keys(ARRAYS) as [ArrayType, ...ArrayType[]]),
  width: z.int().positive(),
});

/** Where a column is stored: as in memory, the lowest byte first. */
export interface StoredColumn {
  /** `observations`, `infos/qpos`. */
  readonly name: string;
  /** Its file in the folder. */
  readonly file: string;
  /** Of its numbers. */
  readonly type: ArrayType;
  /** Numbers in a row. */
  readonly width: number;
}

/** What a dataset is made of. */
export const preparedSource = z.looseObject({
  path: z.string(),
  bytes: z.number(),
  modified: z.number(),
  state: z.string(),
  options: z.string(),
});

const warnings = z.array(z.looseObject({ code: z.string(), message: z.string() }));

const readColumn = z.looseObject({
  name: z.string(),
  role: z.enum(LOG_ROLES),
  isInferred: z.boolean(),
  encoding: z.enum([...ENCODINGS, 'label', 'flag']),
  width: z.int().positive(),
  filled: z.int().min(0),
  filledByMean: z.int().min(0),
  epoch: z.enum(EPOCH_UNITS).exactOptional(),
  seemsClass: z.boolean(),
  categories: z.array(z.string()).exactOptional(),
});

const manifest = z.looseObject({
  format: z.literal(1),
  name: z.string(),
  source: preparedSource,
  size: z.int().positive(),
  observationSize: z.int().positive(),
  observationSpace: z.custom<ObservationSpace>().optional(),
  actionSize: z.int().positive(),
  actionSpace: z.custom<ActionSpace>().optional(),
  columns: z.array(storedColumn.extend({ crc32: z.int().min(0) })).min(5),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  warnings,
  log: z.looseObject({ columns: z.array(readColumn), unused: z.array(z.string()) }).exactOptional(),
});

/** What is in a prepared dataset. */
export interface PreparedManifest {
  /** Of this layout. */
  readonly format: 1;
  /** Of the dataset. */
  readonly name: string;
  /** What it was made of. */
  readonly source: Source;
  /** N */
  readonly size: number;
  /** O */
  readonly observationSize: number;
  /** What observations are. @default vectors without names */
  readonly observationSpace?: ObservationSpace;
  /** A */
  readonly actionSize: number;
  /** What actions are chosen from. @default box */
  readonly actionSpace?: ActionSpace;
  /** Where its columns are stored, and the CRC-32 of each file. */
  readonly columns: readonly (StoredColumn & { readonly crc32: number })[];
  /** As of `hashDataset`. */
  readonly sha256: string;
  /** What its reader noticed that the columns no longer show. */
  readonly warnings: readonly DatasetWarning[];
  /** How a log of one's own was read. */
  readonly log?: Pick<LogReading, 'columns' | 'unused'>;
}

/**
 * Reads what is in a prepared dataset; undefined if none was prepared to its end.
 *
 * @throws LamoError `damaged-file`, `not-readable`, `dataset-version`
 */
export function readManifest(folder: string): PreparedManifest | undefined {
  const path = join(folder, MANIFEST);
  const saved = readSealed(path, REMOVE);
  if (saved === undefined) return undefined;
  const origin = {
    where: 'data/prepared',
    name: path,
    kind: 'the description of a prepared dataset',
    hint: REMOVE,
  };
  return parseRecord(manifest, saved, origin) as PreparedManifest;
}

/** What to do where a description is damaged: which files were its own is not known. */
export const REMOVE = 'Remove its folder, and prepare the dataset again.';

/** What to do about a folder whose files are damaged. */
const AGAIN = 'Prepare the dataset again: lamo data prepare … --overwrite.';

/** The error where a file of a prepared dataset is not what it was. */
export function damagedFile(path: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'data/prepared',
    code: 'damaged-file',
    problem: `${path} is not what was written when the dataset was prepared`,
    expected,
    received,
    hint: AGAIN,
  });
}

/** Bytes of a column with so many rows. */
export function bytesOf({ type, width }: Pick<StoredColumn, 'type' | 'width'>, rows: number): number {
  return rows * width * ARRAYS[type].BYTES_PER_ELEMENT;
}

/** Bytes of all columns. */
export function totalBytes({
  columns,
  size,
}: {
  readonly columns: readonly Pick<StoredColumn, 'type' | 'width'>[];
  readonly size: number;
}): number {
  return columns.reduce((sum, column) => sum + bytesOf(column, size), 0);
}
