import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { type Dataset, LamoError, writeError } from '@lamo/core';
import { type ColumnData, type DatasetColumn, datasetColumns } from '../dataset-columns';
import { access } from '../formats/place';
import { hashingColumns, piecesOf } from '../hash-dataset';
import { bytesOf, damagedFile, type PreparedManifest, type StoredColumn } from './prepared-manifest';

/** What is fixed about every row: from the first slice on. */
export type Layout = Pick<
  PreparedManifest,
  'observationSize' | 'observationSpace' | 'actionSize' | 'actionSpace'
> & { readonly columns: readonly StoredColumn[] };

/** How far a preparation has come: plain data. */
export interface Written {
  readonly rows: number;
  readonly layout: Layout;
  /** The CRC-32 of each column, so far. */
  readonly sums: readonly number[];
}

/** Is told how many bytes more are done; other work of the process has its turn before. */
type OnBytes = (bytes: number) => void;

/** Writes the columns of a dataset into a folder, a file each, slice by slice. */
export class PreparedWriter {
  readonly #folder: string;
  readonly #taken: readonly string[];
  #written: Written | undefined;

  /**
   * @param taken names of files that stay as they are
   * @param written what an earlier writer had finished; whatever it began after that is written anew
   */
  constructor(folder: string, taken: readonly string[], written?: Written) {
    this.#folder = folder;
    this.#taken = taken;
    this.#written = written;
  }

  /** How far it has come; undefined before {@link begin}. */
  get written(): Written | undefined {
    return this.#written;
  }

  /** Says what there will be, before any of it is written. @returns whether that was not known before */
  begin(slice: Dataset): boolean {
    if (this.#written !== undefined) return false;
    const layout = layoutOf(slice, this.#taken);
    this.#written = { rows: 0, layout, sums: layout.columns.map(() => 0) };
    return true;
  }

  /** Adds rows, and returns when they are on the disk. @throws LamoError `disk-full`, `not-writable`, `write-failed` */
  async append(slice: Dataset, onBytes: OnBytes = () => {}): Promise<void> {
    const { rows, layout, sums } = this.#written!;
    const columns = datasetColumns(slice);
    const added: number[] = [];
    for (const [i, stored] of layout.columns.entries()) {
      const { data } = matching(this.#folder, stored, columns, columns[i]);
      added.push(await this.#write(stored, data, rows, sums[i]!, onBytes));
    }
    this.#written = { rows: rows + slice.size, layout, sums: added };
  }

  /**
   * Cuts off what an earlier writer had begun, and reads the rest once more.
   *
   * @returns what only the whole can tell
   * @throws LamoError `damaged-file` if it is not what was written
   */
  async finish(onBytes: OnBytes = () => {}): Promise<Pick<PreparedManifest, 'columns' | 'sha256'>> {
    const { rows, layout, sums } = this.#written!;
    const columns = layout.columns.map((column, i) => ({ ...column, crc32: sums[i]! }));
    for (const column of columns) {
      const path = join(this.#folder, column.file);
      await writing(path, truncate(path, bytesOf(column, rows)));
    }
    const stored = columns.map((column) => ({
      ...column,
      pieces: () => storedPieces(this.#folder, column, rows, column.crc32),
    }));
    const hashing = hashingColumns(layout, rows, stored);
    for (;;) {
      const { done, value } = hashing.next();
      if (done) return { columns, sha256: value };
      await setImmediate();
      onBytes(value);
    }
  }

  /** @returns the CRC-32 of the column with these rows */
  async #write(
    column: StoredColumn,
    data: ColumnData,
    rows: number,
    earlier: number,
    onBytes: OnBytes,
  ): Promise<number> {
    const path = join(this.#folder, column.file);
    let [at, sum] = [bytesOf(column, rows), earlier];
    const file = await writing(path, open(path, rows === 0 ? 'w' : 'r+'));
    try {
      await writing(path, file.truncate(at));
      for (const piece of piecesOf(data)) {
        await writing(path, writeAll(file, piece, at));
        at += piece.length;
        sum = crc32(piece, sum);
        onBytes(piece.length);
      }
      await writing(path, file.sync());
      return sum;
    } finally {
      await file.close();
    }
  }
}

/** Reads what an earlier writer had finished. @throws LamoError `damaged-file` if it is no longer that */
export async function checkWritten(folder: string, { rows, layout, sums }: Written): Promise<void> {
  for (const [i, column] of layout.columns.entries())
    for (const _ of storedPieces(folder, column, rows, sums[i]!)) await setImmediate();
}

/** Reads the first rows of a column. @throws LamoError `damaged-file` if they have another CRC-32, or some are missing; `not-readable` */
function* storedPieces(
  folder: string,
  column: StoredColumn,
  rows: number,
  expected: number,
): Generator<Uint8Array> {
  const path = join(folder, column.file);
  const bytes = bytesOf(column, rows);
  const found = access(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined || found.size < bytes)
    throw damagedFile(path, `${bytes} bytes or more`, found ? `${found.size} bytes` : 'no file');
  const file = access(path, () => openSync(path, 'r'));
  try {
    const piece = Buffer.alloc(2 ** 22);
    let sum = 0;
    for (let at = 0; at < bytes; ) {
      const read = access(path, () => readSync(file, piece, 0, Math.min(bytes - at, piece.length), at));
      if (read === 0) throw damagedFile(path, `${bytes} bytes`, `${at} bytes`);
      sum = crc32(piece.subarray(0, read), sum);
      at += read;
      yield piece.subarray(0, read);
    }
    if (sum !== expected) throw damagedFile(path, `the checksum ${expected}`, `${sum}`);
  } finally {
    closeSync(file);
  }
}

/** @throws LamoError as `writeError`, of whatever goes wrong */
function writing<T>(path: string, done: Promise<T>): Promise<T> {
  return done.catch((cause) => {
    throw writeError(path, cause);
  });
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let from = 0; from < bytes.length; )
    from += (await file.write(bytes, from, bytes.length - from, at + from)).bytesWritten;
}

function layoutOf(slice: Dataset, taken: readonly string[]): Layout {
  const { observationSize, observationSpace, actionSize, actionSpace } = slice;
  const columns = datasetColumns(slice).map(({ name, width, type }, i) => ({
    ...{ name, width, type },
    file: freeName(`${i}-${name.replace(/\W+/g, '-').slice(0, 60)}`, taken),
  }));
  return {
    ...{ observationSize, actionSize, columns },
    ...(observationSpace && { observationSpace }),
    ...(actionSpace && { actionSpace }),
  };
}

/** Names of extra columns may be anything, those of files may not, and must not be those of what they replace. */
function freeName(name: string, taken: readonly string[]): string {
  let file = `${name}.bin`;
  for (let i = 2; taken.includes(file); i++) file = `${name}.${i}.bin`;
  return file;
}

function matching(
  folder: string,
  { name, width, type }: StoredColumn,
  columns: readonly DatasetColumn[],
  found?: DatasetColumn,
): DatasetColumn {
  if (found !== undefined && name === found.name && width === found.width && type === found.type)
    return found;
  throw new LamoError({
    where: 'data/prepared',
    code: 'other-columns',
    problem: `What follows in ${folder} has other columns than what is there`,
    expected: `${name}, ${width} numbers a row (${type})`,
    received: columns
      .map((column) => `${column.name}, ${column.width} numbers a row (${column.type})`)
      .join('; '),
    hint: 'Prepare it from the start, in another folder or with --overwrite (`overwrite`).',
  });
}
