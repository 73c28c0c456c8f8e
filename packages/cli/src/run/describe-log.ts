import { type LogReading, listSome, type ReadColumn } from '@lamo/data';
import { formatNumberOf, formatTable } from '../terminal/format';

/** Says how a log of one's own was read, a line for each column, and how to have it otherwise. */
export function describeLog(reading: Pick<LogReading, 'columns' | 'unused'>): string {
  const { columns, unused } = reading;
  const table = formatTable([['what', 'column', 'read as'], ...logRows(reading)], {
    align: ['left', 'left', 'left'],
  });
  const lines = [table];
  if (unused.length > 0) lines.push(`Not read: ${unused.join(', ')}`);
  if (columns.some(({ isInferred }) => isInferred))
    lines.push('What has a * follows from its name; name it otherwise if it is something else (--help).');
  return lines.join('\n');
}

/** What each column is for, its name, and how it was read. */
export function logRows({ columns }: Pick<LogReading, 'columns'>): string[][] {
  return columns.map((column) => [ROLE_WORDS[column.role], column.name, describe(column)]);
}

const ROLE_WORDS: Readonly<Record<ReadColumn['role'], string>> = {
  observation: 'observed',
  nextObservation: 'observed next',
  action: 'done',
  reward: 'reward',
  episode: 'episode',
  time: 'order',
  terminated: 'terminated',
  truncated: 'truncated',
  done: 'ended',
  probability: 'probability',
  info: 'beside',
};

function describe(column: ReadColumn): string {
  const { encoding, width, categories, filled, epoch, isInferred } = column;
  const how = epoch === undefined ? encoding : `${encoding}, of ${epoch} since 1970`;
  const what =
    categories === undefined
      ? width === 1 || epoch !== undefined
        ? how
        : `${how}, ${formatNumberOf(width, 'number')}`
      : `${categories.length} categories: ${listSome(categories, 6)}`;
  const gaps = filled === 0 ? '' : `; ${formatNumberOf(filled, 'missing value')} filled in`;
  return `${what}${gaps}${isInferred ? ' *' : ''}`;
}
