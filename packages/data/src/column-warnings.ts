import type { ColumnArray, Dataset, DatasetWarning } from '@lamo/core';
import { imageShape } from './observation-space';

/** Warns of columns that never change, and of columns whose differences are lost in 32-bit floats. */
export function columnWarnings(dataset: Dataset): DatasetWarning[] {
  const { observationSize, actionSize } = dataset;
  // A pixel in the corner of an image may well stay dark.
  const isImage = imageShape(dataset) !== undefined;
  const parts = [
    ...(isImage
      ? []
      : [{ part: 'observations', values: dataset.observations, width: observationSize } as const]),
    { part: 'actions', values: dataset.actions, width: actionSize },
    { part: 'rewards', values: dataset.rewards, width: 1 },
  ] as const;
  if (dataset.size === 1) return [];
  return parts.flatMap(({ part, values, width }) => {
    const columns = Array.from({ length: width }, (_, column) => measure(values, width, column));
    const label = `\`${part}\` of \`${dataset.name}\``;
    // A constant wage for staying alive tells good actions from bad ones by how long episodes last.
    const isWage = part === 'rewards' && columns[0]!.first !== 0 && dataset.terminated.includes(1);
    return [...(isWage ? [] : constantWarning(part, label, columns)), ...coarseWarnings(label, columns)];
  });
}

/** What a column looks like. */
interface Measure {
  readonly first: number;
  readonly isConstant: boolean;
  /** Largest absolute value. */
  readonly largest: number;
  /** Mean absolute difference of neighbouring rows, of those that differ. */
  readonly step: number;
  /** Whether all values are whole numbers that 32-bit floats hold exactly. */
  readonly isCounted: boolean;
}

function measure(values: ColumnArray, width: number, column: number): Measure {
  const first = values[column]!;
  let largest = Math.abs(first);
  let sum = 0;
  let changes = 0;
  let isWhole = Number.isInteger(first);
  for (let i = column + width; i < values.length; i += width) {
    const value = values[i]!;
    const change = Math.abs(value - values[i - width]!);
    if (change === 0) continue;
    sum += change;
    changes++;
    largest = Math.max(largest, Math.abs(value));
    isWhole &&= Number.isInteger(value);
  }
  const isCounted = isWhole && largest < 2 ** 24;
  return { first, isConstant: changes === 0, largest, step: sum / changes, isCounted };
}

/** What follows from a column that never changes. */
const CONSTANT: Readonly<Record<'observations' | 'actions' | 'rewards', string>> = {
  observations: 'Leave them out: a policy cannot learn what another value would mean.',
  actions: 'A policy cannot learn what another value would do.',
  rewards: 'So nothing distinguishes a good action from a bad one.',
};

function constantWarning(
  part: keyof typeof CONSTANT,
  label: string,
  columns: readonly Measure[],
): DatasetWarning[] {
  const constant = columns.flatMap(({ isConstant }, column) => (isConstant ? [column] : []));
  if (constant.length === 0) return [];
  const always = constant.length === 1 ? ` (always ${columns[constant[0]!]!.first})` : '';
  const place = part === 'rewards' ? '' : ` in ${listColumns(constant)}`;
  const message = `${label} never change${place}${always}. ${CONSTANT[part]}`;
  return [{ code: 'constant-column', message }];
}

/** Neighbouring rows should differ by at least this many float32 steps. */
const STEPS_PER_CHANGE = 20;

function coarseWarnings(label: string, columns: readonly Measure[]): DatasetWarning[] {
  return columns.flatMap(({ isConstant, isCounted, largest, step }, column) => {
    const spacing = spacingAt(largest);
    if (isConstant || isCounted || spacing * STEPS_PER_CHANGE <= step) return [];
    const fact = `${label} reach ${largest} in column ${column}, where 32-bit floats lie ${spacing} apart; neighbouring rows differ by ${Number(step.toPrecision(3))}`;
    const hint = 'Subtract a fixed number, such as the first value, before the numbers become 32-bit floats.';
    return [{ code: 'coarse-column', message: `${fact}. ${hint}` }];
  });
}

/** Distance between neighbouring 32-bit floats of this size. */
function spacingAt(value: number): number {
  return 2 ** (Math.floor(Math.log2(value)) - 23);
}

/** `column 3`, `columns 0 to 2, 5`. */
export function listColumns(columns: readonly number[]): string {
  return `${columns.length === 1 ? 'column' : 'columns'} ${listNumbers(columns)}`;
}

/** Lists whole numbers that ascend, as `0 to 2, 5`. */
export function listNumbers(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
}
