import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Dataset, LamoError, makeFolder, writeError } from '@lamo/core';
import { type ColumnData, datasetColumns } from '../dataset-columns';
import { hashColumns, piecesOf } from '../hash-dataset';
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
}

/** Writes the columns of a dataset into a folder, a file each, slice by slice. */
export class PreparedWriter {
  readonly #folder: string;
  #written: Written | undefined;

  /**
   * @param written what an earlier writer had finished; whatever it began after that is written anew
   * @throws LamoError `damaged-file` if that is no longer there
   */
  constructor(folder: string, written?: Written) {
    this.#folder = folder;
    this.#written = written;
    makeFolder(folder);
    for (const column of written?.layout.columns ?? []) this.#check(column, written!.rows);
  }

  /** How far it has come; undefined before the first slice. */
  get written(): Written | undefined {
    return this.#written;
  }

  /** Adds rows, and returns when they are on the disk. @throws LamoError `disk-full`, `not-writable`, `write-failed` */
  append(slice: Dataset): Written {
    const { rows, layout } = this.#written ?? { rows: 0, layout: layoutOf(slice) };
    const columns = datasetColumns(slice);
    for (const [i, stored] of layout.columns.entries()) {
      const { name, width, type, data } = columns[i] ?? {};
      if (data === undefined || name !== stored.name || width !== stored.width || type !== stored.type)
        throw otherColumns(this.#folder, stored, columns.map((column) => column.name).join(', '));
      this.#write(stored, data, rows);
    }
    this.#written = { rows: rows + slice.size, layout };
    return this.#written;
  }

  /** Cuts off what an earlier writer had begun, and reads the rest once more. @returns what only the whole can tell */
  finish(): Pick<PreparedManifest, 'columns' | 'sha256'> {
    const { rows, layout } = this.#written!;
    for (const column of layout.columns) truncateSync(join(this.#folder, column.file), bytesOf(column, rows));
    const sums = new Map<string, number>();
    const hashed = layout.columns.map((column) => ({
      ...column,
      pieces: () => this.#read(column, rows, (sum) => sums.set(column.file, sum)),
    }));
    const sha256 = hashColumns(layout, rows, hashed);
    return {
      columns: layout.columns.map((column) => ({ ...column, crc32: sums.get(column.file)! })),
      sha256,
    };
  }

  /** A file that became shorter would be filled with zeros. */
  #check(column: StoredColumn, rows: number): void {
    const path = join(this.#folder, column.file);
    const expected = bytesOf(column, rows);
    const found = statSync(path, { throwIfNoEntry: false })?.size;
    if (found === undefined || found < expected)
      throw damagedFile(
        path,
        `${expected} bytes or more`,
        found === undefined ? 'no file' : `${found} bytes`,
      );
  }

  #write(column: StoredColumn, data: ColumnData, rows: number): void {
    const path = join(this.#folder, column.file);
    try {
      const file = openSync(path, rows === 0 ? 'w' : 'r+');
      try {
        let at = bytesOf(column, rows);
        ftruncateSync(file, at);
        for (const piece of piecesOf(data))
          for (let from = 0; from < piece.length; ) {
            const count = writeSync(file, piece, from, piece.length - from, at);
            from += count;
            at += count;
          }
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  *#read(column: StoredColumn, rows: number, tellSum: (sum: number) => void): Generator<Uint8Array> {
    const file = openSync(join(this.#folder, column.file), 'r');
    try {
      const piece = Buffer.alloc(2 ** 22);
      let sum = 0;
      for (let left = bytesOf(column, rows); left > 0; ) {
        const read = readSync(file, piece, 0, Math.min(left, piece.length), null);
        if (read === 0) break;
        const bytes = piece.subarray(0, read);
        sum = crc32(bytes, sum);
        left -= read;
        yield bytes;
      }
      tellSum(sum);
    } finally {
      closeSync(file);
    }
  }
}

function layoutOf(slice: Dataset): Layout {
  const { observationSize, observationSpace, actionSize, actionSpace } = slice;
  const columns = datasetColumns(slice).map(({ name, width, type }, i) => ({
    ...{ name, width, type },
    // Names of extra columns may be anything, those of files may not.
    file: `${i}-${name.replace(/\W+/g, '-').slice(0, 60)}.bin`,
  }));
  return {
    ...{ observationSize, actionSize, columns },
    ...(observationSpace && { observationSpace }),
    ...(actionSpace && { actionSpace }),
  };
}

function otherColumns(folder: string, { name, width, type }: StoredColumn, received: string): LamoError {
  return new LamoError({
    where: 'data/prepared',
    code: 'other-columns',
    problem: `What follows in ${folder} has other columns than what is there`,
    expected: `${name}, ${width} numbers a row (${type})`,
    received,
  });
}
