import { pipeline, Readable } from 'node:stream';
import { LamoError, showValue } from '@lamo/core';
import { CsvError, type Options, parse } from 'csv-parse';
import { readPieces } from '../text/read-pieces';
import { logError } from './log-error';
import type { Table } from './table';

/** A longer row is hardly one: a quotation mark was not closed. */
const LONGEST_ROW = 16 * 2 ** 20;

/**
 * Opens a file of comma-separated values (RFC 4180) with a header; of tabs where its name ends in `.tsv`, or of semicolons where its header
 * has no commas. Packed ones end in `.gz`.
 *
 * @throws LamoError `no-header`, `nul-character`, `unknown-column`, `damaged-file`, `empty-dataset`, and what `readPieces` throws
 */
export async function csvTable(path: string): Promise<Table> {
  const delimiter = await findDelimiter(path);
  const columns = await readHeader(path, delimiter);
  return {
    path,
    columns,
    unit: 'row',
    isText: true,
    async *rows(chosen, _, after = 0) {
      const places = chosen.map((name) => columns.indexOf(name));
      let number = after;
      for await (const record of records(path, { delimiter, from: 2 + after }))
        yield { number: ++number, cells: places.map((place) => record[place]) };
    },
  };
}

async function findDelimiter(path: string): Promise<string> {
  if (/\.tsv(\.gz)?$/i.test(path)) return '\t';
  let header = '';
  for await (const piece of readPieces(path)) {
    header += piece;
    if (header.includes('\n') || header.length > LONGEST_ROW) break;
  }
  const line = header.split('\n', 1)[0]!;
  return [',', ';', '\t'].find((mark) => line.includes(mark)) ?? ',';
}

async function readHeader(path: string, delimiter: string): Promise<readonly string[]> {
  for await (const record of records(path, { delimiter, to: 1 })) {
    // A program that writes an index without a name leaves the header's first cell empty.
    const names = record.map((name, i) => (name === '' ? `(column ${i + 1})` : name));
    checkHeader(path, names);
    return names;
  }
  throw logError('empty-dataset', `${path} is empty`, { expected: 'a header and rows' });
}

function checkHeader(path: string, names: readonly string[]): void {
  if (names.every((name) => Number.isFinite(Number(name)))) {
    throw logError('no-header', `The first row of ${path} has numbers, not the names of columns`, {
      expected: 'a header, such as `episode,temperature,heater,reward`',
      received: names.slice(0, 6).join(', '),
      hint: 'Put a line with a name for each column above the first row.',
    });
  }
  const damaged = names.findIndex((name) => name.includes('\0'));
  if (damaged !== -1)
    throw logError('nul-character', `The name of column ${damaged + 1} of ${path} has a NUL character`, {
      expected: 'text',
      received: showValue(names[damaged]),
      hint: 'The file may be damaged, or no text: write it anew.',
    });
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw logError('unknown-column', `Two columns of ${path} have the same name`, {
    expected: 'a name of its own for each column',
    received: `"${twice}" twice`,
  });
}

async function* records(path: string, options: Options): AsyncGenerator<readonly string[]> {
  const parser = parse({
    ...{ bom: true, trim: true, skip_empty_lines: true, max_record_size: LONGEST_ROW },
    ...options,
  });
  // What the reader throws destroys the parser, which then throws it here.
  pipeline(Readable.from(readPieces(path)), parser, () => {});
  try {
    yield* parser as AsyncIterable<string[]>;
  } catch (error) {
    throw LamoError.isInstance(error) ? error : damaged(path, error);
  } finally {
    parser.destroy();
  }
}

function damaged(path: string, cause: unknown): LamoError {
  const isCsv = cause instanceof CsvError;
  return logError('damaged-file', `${path} cannot be read as comma-separated values`, {
    expected:
      'as many cells in each row as the header has, and texts with commas or line breaks in double quotes',
    received: cause instanceof Error ? cause.message : String(cause),
    hint:
      isCsv && cause.code === 'CSV_RECORD_INCONSISTENT_COLUMNS'
        ? 'The file may be cut off, or a text in that line have a comma: write it in double quotes.'
        : 'Mend that line, or write the file anew by a program that quotes texts.',
    cause,
  });
}
