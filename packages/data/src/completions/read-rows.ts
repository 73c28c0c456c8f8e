import { LamoError } from '@lamo/core';
import { readJsonRows } from '../text/read-json-lines';
import { type ParquetColumn, readParquetRows } from '../text/read-parquet-rows';
import type { Fields } from './read-reward';

/** What files of rows are called in errors. */
export const ROW_FILES = 'a file of JSON lines, .jsonl or .jsonl.gz, or a Parquet file, .parquet';

/** A row of a file. */
export interface PlacedRow {
  /** For humans: `line 3 of answers.jsonl`, `row 3 of answers.parquet`. */
  readonly place: string;
  readonly row: Fields;
}

/** Tells by its name whether a file has rows of fields. */
export function hasRows(path: string): boolean {
  return /\.(jsonl(\.gz)?|parquet)$/i.test(path);
}

/**
 * Reads the rows of a file: the objects of JSON lines, or of a Parquet file the chosen columns. What is null in Parquet is no field at all: there every row
 * has all columns. Other columns are fields without a value, so that errors can name them.
 *
 * @param fields that may be asked for
 * @throws LamoError `missing-field` if a Parquet file has none of them, and what `readJsonRows` and `readParquetRows` throw
 */
export async function* readRows(path: string, fields: readonly string[]): AsyncGenerator<PlacedRow> {
  if (!/\.parquet$/i.test(path)) {
    const example = `{${fields
      .slice(0, 2)
      .map((field) => `${JSON.stringify(field)}: "…"`)
      .join(', ')}}`;
    for await (const { number, row } of readJsonRows(path, example))
      yield { place: `line ${number} of ${path}`, row };
    return;
  }
  let names: readonly string[] = [];
  let others: Fields = {};
  const choose = (columns: readonly ParquetColumn[]) => {
    const all = columns.map(({ name }) => name);
    names = all.filter((name) => fields.includes(name));
    others = Object.fromEntries(all.filter((name) => !names.includes(name)).map((name) => [name, undefined]));
    if (names.length === 0) throw noFields(path, fields, all);
    return names;
  };
  let number = 0;
  for await (const values of readParquetRows(path, choose)) {
    const given = names.map((name, i) => [name, values[i]] as const).filter(([, value]) => value !== null);
    yield { place: `row ${++number} of ${path}`, row: { ...others, ...Object.fromEntries(given) } };
  }
}

function noFields(path: string, fields: readonly string[], columns: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'missing-field',
    problem: `${path} has none of the columns that could be read`,
    expected: fields.join(', '),
    received: columns.slice(0, 8).join(', ') || 'no columns',
    hint: 'Name the fields with `promptField` and `completionField`.',
  });
}
