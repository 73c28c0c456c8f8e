import type { ColumnArray, Dataset } from '@lamo/core';
import { classCount, classLabels } from './action-space';
import { imageShape, observationParts } from './observation-space';

/** How many numbers there are in each of several equally wide ranges. */
export interface CountedRanges {
  /** Of each range, the smallest first. */
  readonly counts: readonly number[];
  /** From the beginning of one to that of the next; 0 where all numbers are the same. */
  readonly rangeWidth: number;
  /** Whether all are whole numbers, so that each range has as many of them. */
  readonly isWhole: boolean;
}

/** What the numbers of one column are like. */
export interface ColumnSummary extends CountedRanges {
  /** Its name in the log, or `observation 3`, `action 0`. */
  readonly name: string;
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
  /** Their average. */
  readonly mean: number;
  /** Standard deviation over the rows. */
  readonly deviation: number;
  /** Share of the rows that have the smallest or the largest number: saturated, where it is much. */
  readonly atEdges: number;
}

/** How often a class was chosen. */
export interface ClassShare {
  /** Its name, or its number. */
  readonly name: string;
  /** Of all rows. */
  readonly share: number;
}

/** What the columns of a dataset are like. */
export interface ColumnSummaries {
  /** None of images. */
  readonly observations: readonly ColumnSummary[];
  /** None where actions are classes. */
  readonly actions: readonly ColumnSummary[];
  /** None where actions are amounts. */
  readonly classes: readonly ClassShare[];
  /** Entropy of how often each class was chosen, in bits; the most there can be is log2 of their number. Null where actions are amounts. */
  readonly classEntropy: number | null;
}

/** Sums up every column of what was observed and done. */
export function summariseColumns(dataset: Dataset): ColumnSummaries {
  const { observations, actions } = dataset;
  const count = classCount(dataset);
  const classes = count === undefined ? [] : classShares(dataset, count);
  const entropy = classes.reduce((sum, { share }) => sum - (share === 0 ? 0 : share * Math.log2(share)), 0);
  return {
    observations: imageShape(dataset) === undefined ? summarise(observations, observationNames(dataset)) : [],
    actions: count === undefined ? summarise(actions, actionNames(dataset)) : [],
    classes,
    classEntropy: count === undefined ? null : entropy,
  };
}

function observationNames(dataset: Dataset): readonly string[] {
  const names = numbered('observation', dataset.observationSize);
  for (const [name, { start, end, categories }] of Object.entries(observationParts(dataset)))
    for (let column = start; column < end; column++)
      names[column] = end === start + 1 ? name : `${name} ${categories?.[column - start] ?? column - start}`;
  return names;
}

function actionNames({ actionSpace, actionSize }: Dataset): readonly string[] {
  const names = actionSpace?.kind === 'box' ? actionSpace.names : undefined;
  return names ?? numbered('action', actionSize);
}

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, i) => `${word} ${i}`);

function classShares(dataset: Dataset, count: number): readonly ClassShare[] {
  const chosen = new Float64Array(count);
  for (const action of dataset.actions) chosen[action]!++;
  const labels = classLabels(dataset);
  return Array.from(chosen, (times, i) => ({ name: labels?.[i] ?? String(i), share: times / dataset.size }));
}

function summarise(values: ColumnArray, names: readonly string[]): readonly ColumnSummary[] {
  return names.map((name, column) => summariseOne(values, names.length, column, name));
}

function summariseOne(values: ColumnArray, width: number, column: number, name: string): ColumnSummary {
  const rows = values.length / width;
  let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = column; i < values.length; i += width) {
    const value = values[i]!;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / rows;
  let [squares, edges] = [0, 0];
  for (let i = column; i < values.length; i += width) {
    const value = values[i]!;
    squares += (value - mean) ** 2;
    if (value === min || value === max) edges++;
  }
  const counted = countRanges(values, { min, max, width, column });
  return { name, min, max, mean, deviation: Math.sqrt(squares / rows), atEdges: edges / rows, ...counted };
}

/** Which numbers are counted, and in which ranges. */
export interface RangeOptions {
  /** The smallest number. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
  /** At most so many. @default 20 */
  readonly ranges?: number;
  /** Numbers in a row. @default 1 */
  readonly width?: number;
  /** The column that is counted. @default 0 */
  readonly column?: number;
}

/**
 * Counts the numbers of a column in each of several equally wide ranges, for a histogram. The first begins at the smallest number, and the last ends
 * at the largest; of whole numbers it may go beyond, as each has as many of them.
 */
export function countRanges(
  values: ArrayLike<number>,
  { min, max, ranges = 20, width = 1, column = 0 }: RangeOptions,
): CountedRanges {
  const isWhole = areWhole(values, width, column);
  // Other ranges of whole numbers would hold two of them and one in turn.
  const rangeWidth = isWhole && max > min ? Math.ceil((max - min + 1) / ranges) : (max - min) / ranges;
  const length =
    max === min ? 1 : isWhole ? Math.min(Math.floor((max - min) / rangeWidth) + 1, ranges) : ranges;
  const counted = { min, rangeWidth, length };
  const counts = Array<number>(length).fill(0);
  for (let i = column; i < values.length; i += width) counts[rangeAt(counted, values[i]!)]!++;
  return { counts, rangeWidth, isWhole };
}

/**
 * Finds the range of {@link countRanges} that a number is in.
 *
 * @param ranges where they begin, how wide they are, and how many there are
 * @param value is not below the first
 * @returns its index
 */
export function rangeAt(
  { min, rangeWidth, length }: { readonly min: number; readonly rangeWidth: number; readonly length: number },
  value: number,
): number {
  return rangeWidth === 0 ? 0 : Math.min(Math.floor((value - min) / rangeWidth), length - 1);
}

function areWhole(values: ArrayLike<number>, width: number, column: number): boolean {
  for (let i = column; i < values.length; i += width) if (!Number.isInteger(values[i])) return false;
  return true;
}
