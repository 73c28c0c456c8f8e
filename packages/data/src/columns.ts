import { LamoError, showValue } from '@lamo/core';

/** Numbers of one column: flat and row-major, or one array per row. */
export type NumberRows = ArrayLike<number> | ArrayLike<ArrayLike<number>>;

/** One yes or no per row: 0/1, booleans, or [N, 1] nested. */
export type FlagRows = ArrayLike<number | boolean> | ArrayLike<ArrayLike<number | boolean>>;

/** The name of a column in errors: its own and its dataset's. */
export interface ColumnName {
  readonly dataset: string;
  readonly column: string;
}

/** A checked column, [rows, width]. */
export interface FloatColumn {
  readonly data: Float32Array;
  readonly width: number;
}

/**
 * Turns numbers into one flat float32 column. Every value is checked first, so that nothing that JavaScript would convert
 * to a number is mistaken for one: `null`, `''`, `true`, `'7'`. A Float32Array is kept, not copied.
 *
 * @param rows how many rows there must be; left out, it follows from the nested arrays or from `width`
 * @param width how many numbers a row must have; left out, it follows from the values
 * @throws LamoError `missing-column`, `length-mismatch`, `wrong-width`, `not-a-number`, `not-finite`
 */
export function floatColumn(
  name: ColumnName,
  values: NumberRows,
  { rows, width }: { rows?: number | undefined; width?: number | undefined },
): FloatColumn {
  checkArray(name, values);
  const column = isNested(values) ? fromNested(name, values, width) : fromFlat(name, values, rows, width);
  const received = column.data.length / column.width;
  if (rows !== undefined && received !== rows) throw lengthMismatch(name, rows, received);
  checkFinite(name, column, values);
  return column;
}

/**
 * Turns flags into one byte per row.
 *
 * @throws LamoError `missing-column`, `length-mismatch`, `wrong-width`, `not-a-flag`
 */
export function flagColumn(name: ColumnName, values: FlagRows, rows: number): Uint8Array {
  checkArray(name, values);
  if (values.length !== rows) throw lengthMismatch(name, rows, values.length);
  const flags = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const value: unknown = values[row];
    if (isArray(value) && value.length !== 1) throw wrongWidth(name, 1, `${value.length} in row ${row}`);
    const flag = isArray(value) ? value[0] : value;
    if (flag === true || flag === 1) flags[row] = 1;
    else if (flag !== false && flag !== 0) throw notAFlag(name, row, flag);
  }
  return flags;
}

function checkArray(name: ColumnName, values: unknown): void {
  if (isArray(values)) return;
  const isMissing = values === undefined || values === null;
  throw new LamoError({
    where: 'data/dataset',
    code: isMissing ? 'missing-column' : 'not-an-array',
    problem: `${describe(name)} ${isMissing ? 'is missing' : 'is not an array'}`,
    expected: 'an array with one element for each row',
    received: showValue(values),
  });
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Number.isInteger((value as { length?: unknown }).length);
}

function isNested(values: NumberRows): values is ArrayLike<ArrayLike<number>> {
  return values.length > 0 && isArray(values[0]);
}

function fromNested(
  name: ColumnName,
  values: ArrayLike<ArrayLike<number>>,
  expectedWidth: number | undefined,
): FloatColumn {
  const width = expectedWidth ?? values[0]!.length;
  if (width === 0) throw wrongWidth(name, 'one or more', '0 in row 0');
  const data = new Float32Array(values.length * width);
  for (let row = 0; row < values.length; row++) {
    const numbers = values[row]!;
    if (!isArray(numbers)) throw notANumber(name, row, undefined, numbers);
    if (numbers.length !== width) throw wrongWidth(name, width, `${numbers.length} in row ${row}`);
    for (let i = 0; i < width; i++) {
      if (typeof numbers[i] !== 'number') throw notANumber(name, row, i, numbers[i]);
      data[row * width + i] = numbers[i]!;
    }
  }
  return { data, width };
}

function fromFlat(
  name: ColumnName,
  values: ArrayLike<number>,
  rows: number | undefined,
  expectedWidth: number | undefined,
): FloatColumn {
  const width = expectedWidth ?? (rows ? values.length / rows : 1);
  if (!Number.isInteger(width) || width < 1) {
    throw new LamoError({
      where: 'data/dataset',
      code: 'length-mismatch',
      problem: `${describe(name)} cannot be split into rows`,
      expected: `a multiple of ${rows} numbers, at least one per row`,
      received: `${values.length} numbers`,
    });
  }
  if (values.length % width !== 0) throw wrongWidth(name, width, `${values.length} numbers in all`);
  if (values instanceof Float32Array) return { data: values, width };
  const data = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number') throw notANumber(name, Math.floor(i / width), i % width, values[i]);
    data[i] = values[i]!;
  }
  return { data, width };
}

function checkFinite(name: ColumnName, { data, width }: FloatColumn, values: NumberRows): void {
  if (areFinite(data)) return;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const row = Math.floor(i / width);
    const original = isNested(values) ? values[row]![i % width]! : values[i]!;
    const tooLarge = Number.isFinite(original);
    throw new LamoError({
      where: 'data/dataset',
      code: 'not-finite',
      problem: `${describe(name)} has a value that is not finite in row ${row}, column ${i % width}`,
      expected: tooLarge ? 'numbers that fit in 32-bit floats' : 'finite numbers',
      received: String(original),
      hint: 'Leave that episode out, or fix the program that wrote the log.',
    });
  }
}

/** 0 · x is not 0 where x is infinite or no number: one sum tells it of all, several times as fast as looking at each. */
function areFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += 0 * data[i]!;
  return sum === 0;
}

function lengthMismatch(name: ColumnName, expected: number, received: number): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code: 'length-mismatch',
    problem: `${describe(name)} and rewards have different lengths`,
    expected: `${expected} rows, one per reward`,
    received: `${received}`,
  });
}

function wrongWidth(name: ColumnName, expected: number | string, received: string): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code: 'wrong-width',
    problem: `${describe(name)} has rows of the wrong width`,
    expected: `${expected} ${expected === 1 ? 'number' : 'numbers'} per row`,
    received,
  });
}

/** @param column left out where the whole row is not an array */
function notANumber(name: ColumnName, row: number, column: number | undefined, received: unknown): LamoError {
  const isRow = column === undefined;
  return new LamoError({
    where: 'data/dataset',
    code: 'not-a-number',
    problem: `${describe(name)} has something other than ${isRow ? 'an array' : 'a number'} in row ${row}${isRow ? '' : `, column ${column}`}`,
    expected: isRow ? 'an array of numbers, as in the first row' : 'numbers only',
    received: showValue(received),
    hint: 'Missing values are not filled in: leave that episode out, or fix the program that wrote the log.',
  });
}

function notAFlag(name: ColumnName, row: number, received: unknown): LamoError {
  const isText = typeof received === 'string';
  return new LamoError({
    where: 'data/dataset',
    code: 'not-a-flag',
    problem: `${describe(name)} has something other than a flag in row ${row}`,
    expected: '0, 1, false or true',
    received: showValue(received),
    ...(isText ? { hint: 'Convert text to true and false when you read the log.' } : {}),
  });
}

function describe({ dataset, column }: ColumnName): string {
  return `\`${column}\` of \`${dataset}\``;
}
