import { type StandIn, showValue } from '@lamo/core';
import type { Arrangement, Places } from './arrange-episodes';
import type { CellColumn, CellKind } from './cell-column';
import { circle } from './circle';
import type { Encoding, FillRule } from './encoding';
import { fillMissing } from './fill-missing';
import type { Role } from './log-columns';
import { logError } from './log-error';
import { isOfDecision, mend } from './role-words';

/** A column as numbers. */
export interface EncodedColumn {
  readonly name: string;
  readonly encoding: Encoding;
  /** Numbers in a row. */
  readonly width: number;
  /** [N, width] in the order of the dataset */
  readonly data: Float64Array;
  /** What each of its columns stands for, where it is a category. */
  readonly categories?: readonly string[];
  /** How many values were filled in. */
  readonly filled: number;
  /** How many of those by the mean, although what came before was to be repeated: nothing did. */
  readonly filledByMean: number;
  /** What stands in for values that will be missing, if that was said. */
  readonly standIn?: StandIn;
}

/** How one column is encoded. */
export interface EncodeOptions {
  readonly encoding?: Encoding | undefined;
  readonly fill?: FillRule | undefined;
  /** Categories that are known from before, in their order; others are refused. @default those of the column, sorted */
  readonly categories?: readonly string[] | undefined;
  /** The mean of each part of the column, where only some of its rows are here. @default that of its rows */
  readonly means?: readonly number[] | undefined;
}

/** A column with more is hardly a category, but a name or a number of something. */
const MOST_CATEGORIES = 1000;

/**
 * Turns a column into numbers.
 *
 * @throws LamoError `wrong-type`, `time-stamp`, `not-finite`, `missing-value`, `fill-rule`, `too-many-categories`, `unknown-category`
 */
export function encodeColumn(
  places: Places,
  column: CellColumn,
  arrangement: Arrangement,
  { encoding: asked, fill, categories, means }: EncodeOptions,
): EncodedColumn {
  const { name, kind } = column;
  if (kind === undefined) throw nothing(places, column);
  const encoding = asked ?? defaultEncoding(kind);
  if (asked === undefined && column.seemsTime && OBSERVED.includes(column.options.role))
    throw seemsTime(places, column);
  checkEncoding(places, column, kind, encoding);
  const texts = [...column.texts];
  const { numbers, standIn, ...counts } = fillMissing(places, column, arrangement, fill, texts, means);
  const infinite = numbers.findIndex((number) => !Number.isFinite(number));
  if (infinite !== -1)
    throw notFinite(
      places,
      column,
      arrangement.order[Math.floor(infinite / column.width)]!,
      numbers[infinite]!,
    );
  if (encoding === 'category') {
    const occurring = new Set(numbers);
    const known = categories ?? sortCategories(texts.filter((_, place) => occurring.has(place)));
    return {
      name,
      encoding,
      ...counts,
      categories: known,
      width: known.length,
      ...(standIn !== undefined && isKnown(standIn, known) && { standIn }),
      data: oneHot(places, column, arrangement, numbers, texts, known),
    };
  }
  const said = { name, encoding, ...counts, ...(standIn && { standIn }) };
  if (encoding === 'number') return { ...said, width: column.width, data: numbers };
  // What is elapsed is counted from each episode's own beginning.
  if (encoding === 'elapsed')
    return { name, encoding, ...counts, width: 1, data: elapsed(numbers, arrangement, kind) };
  return { ...said, width: 2, data: circle(numbers, encoding) };
}

/** What a policy sees, as 32-bit floats. */
const OBSERVED: readonly Role[] = ['observation', 'nextObservation'];

/** How a column is encoded of which nobody says it. */
export function defaultEncoding(kind: CellKind): Encoding {
  return kind === 'text' ? 'category' : 'number';
}

/** Tells whether what stands in is a category that the column has. */
function isKnown({ value }: StandIn, categories: readonly string[]): boolean {
  return value === undefined || categories.includes(value as string);
}

/** What kinds of cells an encoding is for. */
const FITTING: Readonly<Record<Encoding, readonly CellKind[]>> = {
  number: ['number', 'flag', 'list'],
  category: ['text'],
  'time-of-day': ['time'],
  'time-of-week': ['time'],
  elapsed: ['time', 'number'],
};

const KIND_WORDS: Readonly<Record<CellKind, string>> = {
  number: 'numbers',
  flag: 'true and false',
  text: 'texts',
  time: 'time stamps',
  list: 'lists of numbers',
};

/** @throws LamoError `too-many-categories`, `time-stamp`, `wrong-type` if an encoding is not for what a column has */
export function checkEncoding(
  { path }: Places,
  { name, texts }: CellColumn,
  kind: CellKind,
  encoding: Encoding,
): void {
  if (encoding === 'category' && texts.length > MOST_CATEGORIES) {
    throw logError('too-many-categories', `"${name}" of ${path} has ${texts.length} different texts`, {
      expected: `at most ${MOST_CATEGORIES} categories`,
      hint: 'A name or a number of something says nothing about the next one: leave the column out.',
    });
  }
  if (FITTING[encoding].includes(kind)) return;
  const such = kind === 'text' ? `, such as ${showValue(texts[0])},` : '';
  const problem = `"${name}" of ${path} has ${KIND_WORDS[kind]}${such} which cannot be encoded as ${encoding}`;
  if (kind === 'time') throw timeStamp(problem, name);
  throw logError('wrong-type', problem, {
    expected: FITTING[encoding].map((fitting) => KIND_WORDS[fitting]).join(', '),
    hint: FITTING[encoding].includes('time')
      ? 'Times are written as 2026-03-01T07:30:00Z, or are seconds since 1970, also milli-, micro- or nanoseconds, from 2001 to 2286.'
      : 'Numbers have a point, and no signs beside them. If nothing is said of them (--encode, `encode`), texts are categories, all else is numbers.',
  });
}

function timeStamp(problem: string, name: string, more = '') {
  return logError('time-stamp', problem, {
    expected: 'time-of-day, time-of-week, or elapsed (seconds since the episode began)',
    hint: `As numbers, time stamps are too large to tell one from the next. Say what matters, such as --encode '${name}=time-of-day', \`encode\`.${more}`,
  });
}

function seemsTime({ path }: Places, { name, numbers }: CellColumn) {
  const example = numbers.find((number) => !Number.isNaN(number));
  return timeStamp(
    `"${name}" of ${path} has times since 1970, as far as numbers such as ${example} tell, which cannot be observed as they are`,
    name,
    ` If they are not times: --encode '${name}=number'.`,
  );
}

/** In the order of numbers where all are numbers, else of their characters: the same for any order of the rows. */
export function sortCategories(texts: readonly string[]): readonly string[] {
  const areNumbers = texts.every((text) => text !== '' && Number.isFinite(Number(text)));
  const compare = (a: string, b: string) => (areNumbers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1);
  return texts.toSorted(compare);
}

function oneHot(
  places: Places,
  column: CellColumn,
  { order }: Arrangement,
  numbers: Float64Array,
  texts: readonly string[],
  categories: readonly string[],
): Float64Array {
  const found = new Map(categories.map((category, i) => [category, i]));
  const data = new Float64Array(numbers.length * categories.length);
  for (let i = 0; i < numbers.length; i++) {
    const text = texts[numbers[i]!]!;
    const place = found.get(text);
    if (place === undefined) {
      throw logError(
        'unknown-category',
        `"${column.name}" of ${places.path} has a category that is not known in ${places.at(order[i]!)}`,
        {
          expected: categories.join(', '),
          received: showValue(text),
          hint: 'A policy that never saw it cannot know what it means: leave those episodes out, or train on data that have it.',
        },
      );
    }
    data[i * categories.length + place] = 1;
  }
  return data;
}

/** Seconds since the first row of the episode; of plain numbers, what they are more than there. */
function elapsed(
  numbers: Float64Array,
  { terminated, truncated }: Arrangement,
  kind: CellKind,
): Float64Array {
  const unit = kind === 'time' ? 1000 : 1;
  const data = new Float64Array(numbers.length);
  let start = numbers[0]!;
  for (let i = 0; i < numbers.length; i++) {
    if (i > 0 && (terminated[i - 1] === 1 || truncated[i - 1] === 1)) start = numbers[i]!;
    data[i] = (numbers[i]! - start) / unit;
  }
  return data;
}

function nothing({ path }: Places, { name, options }: CellColumn) {
  return logError('missing-value', `"${name}" of ${path} has no value in any row`, {
    expected: 'values',
    hint: mend(options.role, 'mend the log'),
  });
}

function notFinite({ path, at }: Places, { name, options }: CellColumn, row: number, received: number) {
  return logError('not-finite', `"${name}" of ${path} is not finite in ${at(row)}`, {
    expected: 'finite numbers',
    received: String(received),
    hint: isOfDecision(options.role)
      ? 'Leave that episode out of the file, or mend the log.'
      : 'Leave that episode out, or write nothing there and say what stands in for it (--fill, `fill`).',
  });
}
