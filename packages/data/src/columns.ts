import { LamoError } from './errors';

/** Numbers of one column: flat and row-major, or one array per row. */
export type NumberRows = ArrayLike<number> | ArrayLike<ArrayLike<number>>;

/** One yes or no per row: 0/1, booleans, or [N, 1] nested. */
export type FlagRows = ArrayLike<number | boolean> | ArrayLike<ArrayLike<number | boolean>>;

/** How errors call a column: its own name and that of its dataset. */
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
 * Turns numbers into one flat float32 column and checks every value. A Float32Array is kept, not copied.
 *
 * @param rows how many rows there must be; left out, it follows from the nested arrays or from `width`
 * @param width how many numbers a row must have; left out, it follows from the values
 * @throws LamoError `length-mismatch`, `wrong-width`, `not-finite`
 */
export function floatColumn(
  name: ColumnName,
  values: NumberRows,
  { rows, width }: { rows?: number | undefined; width?: number | undefined },
): FloatColumn {
  const column = isNested(values) ? fromNested(name, values, width) : fromFlat(name, values, rows, width);
  const received = column.data.length / column.width;
  if (rows !== undefined && received !== rows) throw lengthMismatch(name, rows, received);
  checkFinite(name, column, values);
  return column;
}

/**
 * Turns flags into one byte per row.
 *
 * @throws LamoError `length-mismatch`, `not-a-flag`
 */
export function flagColumn(name: ColumnName, values: FlagRows, rows: number): Uint8Array {
  if (values.length !== rows) throw lengthMismatch(name, rows, values.length);
  const flags = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    const flag = typeof value === 'object' ? value[0] : value;
    if (flag === true || flag === 1) flags[row] = 1;
    else if (flag !== false && flag !== 0) throw notAFlag(name, row, flag);
  }
  return flags;
}

function isNested(values: NumberRows): values is ArrayLike<ArrayLike<number>> {
  return values.length > 0 && typeof values[0] === 'object';
}

function fromNested(
  name: ColumnName,
  values: ArrayLike<ArrayLike<number>>,
  expectedWidth: number | undefined,
): FloatColumn {
  const width = expectedWidth ?? values[0]!.length;
  const data = new Float32Array(values.length * width);
  for (let row = 0; row < values.length; row++) {
    const numbers = values[row]!;
    if (numbers.length !== width) throw wrongWidth(name, width, `${numbers.length} in row ${row}`);
    data.set(numbers, row * width);
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
  return { data: values instanceof Float32Array ? values : Float32Array.from(values), width };
}

function checkFinite(name: ColumnName, { data, width }: FloatColumn, values: NumberRows): void {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const row = Math.floor(i / width);
    const original = isNested(values) ? values[row]![i % width] : values[i];
    const tooLarge = typeof original === 'number' && Number.isFinite(original);
    throw new LamoError({
      where: 'data/dataset',
      code: 'not-finite',
      problem: `${describe(name)} has a value that is not finite in row ${row}, column ${i % width}`,
      expected: tooLarge ? 'numbers that fit in 32-bit floats' : 'finite numbers',
      received: String(original),
      hint: 'Leave that episode out, or repair the log where it was written.',
    });
  }
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

function wrongWidth(name: ColumnName, expected: number, received: string): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code: 'wrong-width',
    problem: `${describe(name)} has rows of the wrong width`,
    expected: `${expected} numbers per row`,
    received,
  });
}

function notAFlag(name: ColumnName, row: number, received: unknown): LamoError {
  return new LamoError({
    where: 'data/dataset',
    code: 'not-a-flag',
    problem: `${describe(name)} has something other than a flag in row ${row}`,
    expected: '0, 1, false or true',
    received: String(received),
  });
}

function describe({ dataset, column }: ColumnName): string {
  return `\`${column}\` of \`${dataset}\``;
}
