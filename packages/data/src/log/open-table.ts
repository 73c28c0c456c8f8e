import { statSync } from 'node:fs';
import { fileNotFound } from '../text/file-not-found';
import { csvTable } from './csv-table';
import { jsonTable } from './json-table';
import { logError } from './log-error';
import { parquetTable } from './parquet-table';
import type { Table } from './table';

/** How files of rows are called, and who opens them. */
const TABLES: readonly { readonly ending: RegExp; readonly open: (path: string) => Promise<Table> }[] = [
  { ending: /\.(csv|tsv)(\.gz)?$/i, open: csvTable },
  { ending: /\.(jsonl|ndjson)(\.gz)?$/i, open: jsonTable },
  { ending: /\.parquet$/i, open: parquetTable },
];

/** What files of rows are called in errors. */
const TABLE_FILES = 'comma-separated values (.csv, .tsv), JSON lines (.jsonl, .ndjson) or Parquet (.parquet)';

/** Tells by its name whether a file has rows of a log. */
export function isTable(path: string): boolean {
  return TABLES.some(({ ending }) => ending.test(path));
}

/** Opens a file of rows, by its ending. @throws LamoError `file-not-found`, `other-layout`, and what reading it throws */
export async function openTable(path: string): Promise<Table> {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw fileNotFound(path, TABLE_FILES);
  const kind = TABLES.find(({ ending }) => ending.test(path));
  if (status.isFile() && kind !== undefined) return kind.open(path);
  throw logError('other-layout', `${path} is not read as a log`, {
    expected: TABLE_FILES,
    received: status.isFile() ? 'a file with another ending' : 'a folder',
  });
}
