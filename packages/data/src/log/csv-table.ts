import { pipeline, Readable } from 'node:stream';
import { LamoError, showValue } from '@lamo/core';
import { CsvError, type Options, type Parser, parse } from 'csv-parse';
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
    unit: 'line',
    isText: true,
    async *rows(chosen, _, after = 0) {
      const places = chosen.map((name) => columns.indexOf(name));
      for await (const { line, cells } of records(path, { delimiter, from: 2 }))
        if (line > after) yield { number: line, cells: places.map((place) => cells[place]) };
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
  for await (const { cells } of records(path, { delimiter, to: 1 })) {
    // A program that writes an index without a name leaves the header's first cell empty.
    const names = cells.map((name, i) => (name === '' ? `(column ${i + 1})` : name));
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

/** Cells that are one row, and the line of the file on which they end: a text in quotes may have several. */
interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

async function* records(path: string, options: Options): AsyncGenerator<CsvRecord> {
  const parser = parse({
    ...{ bom: true, trim: true, skip_empty_lines: true, max_record_size: LONGEST_ROW },
    ...options,
  });
  const lines = linesOf(parser);
  // What the reader throws destroys the parser, which then throws it here.
  pipeline(Readable.from(readPieces(path)), parser, () => {});
  try {
    for await (const cells of parser as AsyncIterable<string[]>) yield { line: lines.shift()!, cells };
  } catch (error) {
    throw LamoError.isInstance(error) ? error : damaged(path, error);
  } finally {
    parser.destroy();
  }
}

/** Notes the line of each record as it is made. The option `info` says it too, and takes as long as all the rest. */
function linesOf(parser: Parser): number[] {
  const lines: number[] = [];
  const push = parser.push.bind(parser);
  // A break of two characters in a text is counted as two lines.
  let excess = 0;
  parser.push = (record: readonly string[] | null) => {
    for (const cell of record ?? []) if (cell.includes('\r\n')) excess += cell.split('\r\n').length - 1;
    if (record !== null) lines.push(parser.info.lines - excess);
    return push(record);
  };
  return lines;
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
