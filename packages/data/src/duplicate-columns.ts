import type { ColumnArray, Dataset, DatasetWarning } from '@lamo/core';
import { listColumns } from './column-warnings';
import { imageShape } from './observation-space';

/** Warns of columns that say the same on every row: twice what is observed, or in what is observed what is then done or earned. */
export function duplicateWarnings(dataset: Dataset): DatasetWarning[] {
  const { name, size, observationSize, actionSize, observations } = dataset;
  if (size < 2 || imageShape(dataset) !== undefined) return [];
  const seen = columnsOf(observations, observationSize).filter(({ isConstant }) => !isConstant);
  return [...twiceWarnings(name, seen), ...leakWarnings(dataset, seen, actionSize)];
}

function twiceWarnings(name: string, seen: readonly Column[]): DatasetWarning[] {
  const first = new Map<number, number>();
  const copies = seen.flatMap((column) => {
    const before = seen.find((other) => other.index < column.index && areEqual(other, column));
    if (before === undefined) return [];
    first.set(column.index, before.index);
    return [column.index];
  });
  if (copies.length === 0) return [];
  const origins = [...new Set(first.values())].sort((a, b) => a - b);
  const fact = `Observations of \`${name}\` say the same twice: ${listColumns(copies)} always equal${copies.length === 1 ? 's' : ''} ${listColumns(origins)}`;
  return [{ code: 'duplicate-column', message: `${fact}. Leave the copies out: they add nothing.` }];
}

/** A policy that is shown what it is to do learns to copy it, and has nothing to copy once it acts. */
function leakWarnings(dataset: Dataset, seen: readonly Column[], actionSize: number): DatasetWarning[] {
  const { name, actions, rewards } = dataset;
  const told = [
    ...columnsOf(actions, actionSize).map((column) => ({ column, what: 'the action of the same row' })),
    { column: columnsOf(rewards, 1)[0]!, what: 'the reward of the same row' },
  ].filter(({ column }) => !column.isConstant);
  return told.flatMap(({ column, what }) => {
    const leaks = seen.filter((other) => areEqual(other, column)).map(({ index }) => index);
    if (leaks.length === 0) return [];
    const fact = `Observations of \`${name}\` tell what is yet to come: ${listColumns(leaks)} always equal${leaks.length === 1 ? 's' : ''} ${what}`;
    const hint =
      'Where a policy acts that is not known yet. Leave it out, or log what was known before the action.';
    return [{ code: 'observed-outcome', message: `${fact}. ${hint}` }];
  });
}

/** A column of [N, width], and what tells most others from it without comparing all rows. */
interface Column {
  readonly values: ColumnArray;
  readonly width: number;
  readonly index: number;
  readonly mark: number;
  readonly isConstant: boolean;
}

function columnsOf(values: ColumnArray, width: number): Column[] {
  const marks = new Float64Array(width);
  const varies = new Uint8Array(width);
  for (let i = 0, column = 0, row = 0; i < values.length; i++) {
    // Weights that differ from row to row, so that the same numbers in another order have another mark.
    marks[column] = marks[column]! + values[i]! * (1 + (row % 97));
    if (values[i] !== values[column]) varies[column] = 1;
    if (++column === width) {
      column = 0;
      row++;
    }
  }
  return Array.from(marks, (mark, index) => ({
    values,
    width,
    index,
    mark,
    isConstant: varies[index] === 0,
  }));
}

function areEqual(a: Column, b: Column): boolean {
  if (a.mark !== b.mark) return false;
  const rows = a.values.length / a.width;
  for (let row = 0; row < rows; row++)
    if (a.values[row * a.width + a.index] !== b.values[row * b.width + b.index]) return false;
  return true;
}
