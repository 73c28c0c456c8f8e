import { LamoError } from '@lamo/core';
import { type NumberSource, sourceOf } from './number-source';

/**
 * Collects rows of values, as a Parquet file has them, in arrays of numbers: lists are the numbers of a row, what is inside of an object becomes
 * `name/inside`. A column in which something is not a number, or that has rows of several lengths, has the reason instead.
 *
 * @param names of the values of a row
 */
export class RowColumns {
  private readonly columns = new Map<
    string,
    { readonly numbers: number[]; width: number; failure?: string }
  >();
  private rows = 0;

  constructor(private readonly path: string) {}

  add(names: readonly string[], values: readonly unknown[]): void {
    for (const [i, name] of names.entries()) this.put(name, values[i]);
    this.rows++;
  }

  sources(): ReadonlyMap<string, NumberSource | LamoError> {
    return new Map([...this.columns].map(([name, column]) => [name, this.source(name, column)]));
  }

  private source(
    name: string,
    {
      numbers,
      width,
      failure,
    }: { readonly numbers: readonly number[]; readonly width: number; readonly failure?: string },
  ): NumberSource | LamoError {
    const isWhole = numbers.length === width * this.rows;
    if (failure === undefined && isWhole)
      return sourceOf(name, [this.rows, width], Float64Array.from(numbers));
    const received = failure ?? `${numbers.length} numbers in ${this.rows} rows`;
    return new LamoError({
      where: 'data/formats',
      code: 'wrong-type',
      problem: `\`${name}\` of ${this.path} is not a number, or a list of as many, in each row`,
      expected: 'numbers, booleans, or lists of the same length of them',
      received,
    });
  }

  private put(name: string, value: unknown): void {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) this.put(`${name}/${key}`, inner);
      return;
    }
    const numbers = (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]) as unknown[];
    let column = this.columns.get(name);
    if (column === undefined) {
      column = { numbers: [], width: numbers.length };
      this.columns.set(name, column);
    }
    if (column.failure !== undefined) return;
    if (numbers.length !== column.width)
      column.failure = `${numbers.length} numbers in row ${this.rows}, ${column.width} in the first`;
    for (const number of numbers) {
      if (typeof number === 'number') column.numbers.push(number);
      else if (typeof number === 'boolean') column.numbers.push(number ? 1 : 0);
      else column.failure ??= `${number === null ? 'nothing' : `a ${typeof number}`} in row ${this.rows}`;
    }
  }
}
