import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { fileNotFound } from '../text/file-not-found';
import { hashFile } from '../text/hash-file';
import { hasRows, type PlacedRow, ROW_FILES, readRows } from './read-rows';

/** Rows of files, read as often as asked. */
export interface OpenedRows {
  /** Name for humans. */
  readonly name: string;
  /** Hashes how they are read and what stands in them, in SHA-256. */
  hash(reading: unknown): Promise<string>;
  /** Reads them in their order, each with where it stands. */
  rows(): AsyncIterable<PlacedRow>;
}

/**
 * Opens files of JSON lines, or of Parquet.
 *
 * @param fields that may be asked for
 * @param what they are read as, for errors
 * @throws LamoError `file-not-found`, `not-json-lines`
 */
export function openRows(
  files: string | readonly string[],
  fields: readonly string[],
  what: string,
): OpenedRows {
  const paths = typeof files === 'string' ? [files] : files;
  for (const path of paths) checkFile(path, what);
  return {
    name: paths.join(', '),
    async hash(reading) {
      const all = createHash('sha256').update(JSON.stringify(reading));
      for (const path of paths) all.update(await hashFile(path));
      return all.digest('hex');
    },
    async *rows() {
      for (const path of paths) yield* readRows(path, fields);
    },
  };
}

function checkFile(path: string, what: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw fileNotFound(path, ROW_FILES);
  if (status.isFile() && hasRows(path)) return;
  throw new LamoError({
    where: 'data/completions',
    code: 'not-json-lines',
    problem: `${path} is not read as ${what}`,
    expected: ROW_FILES,
    received: status.isFile() ? 'a file with another ending' : 'a folder',
    hint: status.isFile()
      ? 'Write one JSON object per line; a JSON list becomes that with `jq -c ".[]"`.'
      : 'Name the files in it, for example with a pattern such as folder/*.jsonl.',
  });
}
