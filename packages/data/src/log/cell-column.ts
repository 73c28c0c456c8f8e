import { showValue } from '@lamo/core';
import { type EpochUnit, epochTime, epochUnit } from './epoch-time';
import { labelOf } from './label-of';
import type { Role } from './log-columns';
import { logError } from './log-error';
import { parseTime } from './parse-time';
import { hasComma, plainValue, withoutComma } from './plain-value';
import { mend } from './role-words';

/** What the cells of a column are; `list` where each has as many numbers. */
export type CellKind = 'number' | 'flag' | 'text' | 'time' | 'list';

/** How a column is read. */
export interface CellOptions {
  readonly name: string;
  /** What the column is for. */
  readonly role: Role;
  readonly path: string;
  readonly unit: 'row' | 'line';
  /** Whether texts may stand for numbers and flags, as in CSV. */
  readonly isText: boolean;
  /** Texts that stand for a missing value where {@link isText}. */
  readonly missing: ReadonlySet<string>;
  /** Keeps what stands there as a text, also what looks like a number: `007` is not `7`. */
  readonly asLabels: boolean;
  /** Takes numbers for times, where they are seconds since 1970 by their size, also milli-, micro- or nanoseconds. */
  readonly asTimes: boolean;
}

/** What is known of a column: plain data. */
export interface KnownCells {
  readonly kind: CellKind;
  readonly width: number;
  /** As {@link CellColumn.texts}. */
  readonly texts: readonly string[];
  /** As {@link CellColumn.missing}. */
  readonly missing: number;
  /** As {@link CellColumn.epoch}. */
  readonly epoch?: EpochUnit | undefined;
  /** As {@link CellColumn.seemsTime}. */
  readonly seemsTime: boolean;
}

/** The cells of one column, gathered row by row: numbers, and texts as numbers of a list. */
export class CellColumn {
  readonly name: string;
  readonly options: CellOptions;
  /** Different texts in the order in which they came; for `text`. */
  readonly texts: string[] = [];
  #size = 0;
  #width = 1;
  #numbers = new Float64Array(1024);
  #places = new Map<string, number>();
  /** The first row of each kind, to say where a column is of two. */
  #first = new Map<CellKind, { row: number; value: unknown }>();
  #missing = 0;
  #epoch: EpochUnit | undefined;
  /** Whether any number is not a time since 1970. */
  #hasPlain = false;
  /** Whether an earlier look has seen all rows: counts are known. */
  readonly #isKnown: boolean;

  /** @param known what an earlier look at the column found, of which errors have been told */
  constructor(options: CellOptions, known?: KnownCells) {
    this.options = options;
    this.name = options.name;
    this.#isKnown = known !== undefined;
    if (known === undefined) return;
    this.#first.set(known.kind, { row: 1, value: undefined });
    this.#width = known.width;
    this.#missing = known.missing;
    this.#epoch = known.epoch;
    this.#hasPlain = !known.seemsTime;
    this.#numbers = new Float64Array(1024 * known.width);
    for (const text of known.texts) this.#placeOf(text, 1);
  }

  /** What is known of the column so far; undefined where every cell is missing. @throws LamoError as {@link kind} */
  get known(): KnownCells | undefined {
    const { kind, width, texts, missing, epoch, seemsTime } = this;
    return kind === undefined ? undefined : { kind, width, texts, missing, epoch, seemsTime };
  }

  /** The first number of the last cell. */
  get last(): number {
    return this.#numbers[(this.#size - 1) * this.#width]!;
  }

  /** Forgets the cells, but not what they are, and how many were missing. */
  forget(): void {
    this.#size = 0;
  }

  /** Numbers in a cell. */
  get width(): number {
    return this.#width;
  }

  /** [size, width] milliseconds of time stamps, places in {@link texts}, 0 and 1 of flags; NaN where there is nothing. */
  get numbers(): Float64Array {
    return this.#numbers.subarray(0, this.#size * this.#width);
  }

  /** How many cells have nothing; of all rows, where they were looked at before. */
  get missing(): number {
    return this.#missing;
  }

  /** What numbers counted that were read as times; undefined if there were none. */
  get epoch(): EpochUnit | undefined {
    return this.#epoch;
  }

  /** Whether the cells are numbers that are all times since 1970 by their size. */
  get seemsTime(): boolean {
    return !this.#hasPlain && this.#first.size === 1 && this.#first.has('number');
  }

  /** What the cells are; undefined where all are missing. @throws LamoError `wrong-type` if they are of different kinds */
  get kind(): CellKind | undefined {
    if (this.#first.size > 1) throw this.#mixed();
    return [...this.#first.keys()][0];
  }

  /** Adds the cell of the next row. @param row its number in the file, from 1 */
  push(cell: unknown, row: number): void {
    if (Array.isArray(cell) && !this.options.asLabels) this.#pushList(cell, row);
    else this.#pushValue(cell, row);
    this.#size++;
  }

  #pushValue(cell: unknown, row: number): void {
    const [kind, number] = this.#read(cell, row);
    if (kind === undefined) this.#countMissing();
    else if (!this.#first.has(kind)) this.#first.set(kind, { row, value: cell });
    this.#reserve();
    this.#numbers.fill(number, this.#size * this.#width, (this.#size + 1) * this.#width);
  }

  #read(cell: unknown, row: number): readonly [CellKind | undefined, number] {
    const { isText, missing, asLabels } = this.options;
    if (isNothing(cell) || (isText && missing.has(String(cell).trim()))) return [undefined, Number.NaN];
    if (asLabels) return ['text', this.#placeOf(this.#labelOf(cell, row), row)];
    const value = isText && typeof cell === 'string' ? plainValue(cell.trim()) : cell;
    if (typeof value === 'number') return this.#readNumber(value);
    if (typeof value === 'boolean') return ['flag', value ? 1 : 0];
    if (value instanceof Date) return ['time', value.getTime()];
    if (typeof value === 'string') {
      const text = value.trim();
      if (isText && hasComma(text)) throw this.#comma(text, row);
      const time = parseTime(text);
      return time === undefined ? ['text', this.#placeOf(text, row)] : ['time', time];
    }
    throw this.#error('wrong-type', row, 'something that is not a value', cell);
  }

  #readNumber(number: number): readonly [CellKind, number] {
    const unit = epochUnit(number);
    if (unit !== undefined && this.options.asTimes) {
      this.#epoch ??= unit;
      return ['time', epochTime(number)!];
    }
    if (unit === undefined && !this.#isKnown) this.#hasPlain = true;
    return ['number', number];
  }

  #labelOf(cell: unknown, row: number): string {
    if (typeof cell === 'number' && Math.abs(cell) > Number.MAX_SAFE_INTEGER)
      throw this.#error('inexact-label', row, 'a number that JSON cannot tell from others near it', cell);
    const label = labelOf(cell);
    if (label === undefined)
      throw this.#error(
        'wrong-type',
        row,
        `${Array.isArray(cell) ? 'a list' : 'something'} that cannot be a label`,
        cell,
      );
    return label;
  }

  #pushList(cell: readonly unknown[], row: number): void {
    if (!this.#first.has('list')) {
      this.#first.set('list', { row, value: cell });
      if (this.#first.size > 1) throw this.#mixed();
      if (cell.length === 0) throw this.#error('wrong-width', row, 'a list without numbers', cell);
      this.#width = cell.length;
      this.#numbers = new Float64Array(Math.max(1024, 2 * this.#size) * this.#width).fill(Number.NaN);
    }
    if (cell.length !== this.#width) {
      const problem = `"${this.name}" of ${this.options.path} has lists of different lengths`;
      const expected = `lists of ${this.#width} numbers, as in ${this.#at(this.#first.get('list')!.row)}`;
      throw logError('wrong-width', problem, { expected, received: `${cell.length} in ${this.#at(row)}` });
    }
    this.#reserve();
    const start = this.#size * this.#width;
    for (let i = 0; i < cell.length; i++) {
      const value = cell[i] ?? Number.NaN;
      if (typeof value !== 'number' && typeof value !== 'boolean')
        throw this.#error('not-a-number', row, 'a list with something other than numbers', value);
      if (Number.isNaN(value)) this.#countMissing();
      this.#numbers[start + i] = Number(value);
    }
  }

  #countMissing(): void {
    if (!this.#isKnown) this.#missing++;
  }

  /** Makes room for one row more. */
  #reserve(): void {
    if ((this.#size + 1) * this.#width <= this.#numbers.length) return;
    const larger = new Float64Array(2 * this.#numbers.length);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }

  #placeOf(text: string, row: number): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      if (text.includes('\0'))
        throw this.#error('nul-character', row, 'a NUL character, as damaged files have', text);
      // Written to a file it would be the same as every other half.
      if (/\p{Surrogate}/u.test(text))
        throw this.#error('half-character', row, 'half a character, as texts that are cut have', text);
      place = this.texts.length;
      // A slice of a piece of the file would keep that piece in memory.
      const own = Buffer.from(text).toString();
      this.#places.set(own, place);
      this.texts.push(own);
    }
    return place;
  }

  #at(row: number): string {
    return `${this.options.unit} ${row}`;
  }

  #error(code: string, row: number, what: string, received: unknown) {
    const hint = mend(this.options.role, 'write it otherwise');
    const problem = `"${this.name}" of ${this.options.path} has ${what} in ${this.#at(row)}`;
    return logError(code, problem, { received: showValue(received), hint });
  }

  #comma(text: string, row: number) {
    const problem = `"${this.name}" of ${this.options.path} has a number with a comma in ${this.#at(row)}`;
    return logError('wrong-type', problem, {
      expected: 'numbers with a point, and with nothing between their thousands',
      received: showValue(text),
      hint: `Write ${withoutComma(text)} if that is the number. If it is a name, say so: --encode '${this.name}=category', \`encode\`.`,
    });
  }

  #mixed() {
    // In the order in which they came.
    const [one, other] = [...this.#first].map(
      ([kind, { row, value }]) => `${KIND_WORDS[kind]} in ${this.#at(row)} (${showValue(value)})`,
    );
    return logError('wrong-type', `"${this.name}" of ${this.options.path} has values of different kinds`, {
      expected: 'all numbers, all true and false, all time stamps, or all texts',
      received: `${one} and ${other}`,
      hint: `If a text stands for a missing value, say so (--missing-values, \`missing\`); if all are categories, say that: --encode '${this.name}=category', \`encode\`.`,
    });
  }
}

const isNothing = (cell: unknown) =>
  cell === undefined || cell === null || Number.isNaN(cell instanceof Date ? cell.getTime() : cell);

const KIND_WORDS: Readonly<Record<CellKind, string>> = {
  number: 'a number',
  flag: 'true or false',
  text: 'a text',
  time: 'a time stamp',
  list: 'a list',
};
