import type { DatasetWarning } from '@lamo/core';
import type { EncodedLog } from './encode-log';
import type { Encoding } from './encoding';
import type { EpochUnit } from './epoch-time';
import type { Role } from './log-columns';
import type { GatheredColumns } from './log-gatherer';
import type { OpenLog } from './open-log';
import type { Table } from './table';

/** How one column of a log was read. */
export interface ReadColumn {
  /** Its name in the file. */
  readonly name: string;
  /** What it is for. */
  readonly role: Role;
  /** Whether the role follows from the name, and nobody said it. */
  readonly isInferred: boolean;
  /** How it became numbers; `label` and `flag` of columns that say what belongs to which episode. */
  readonly encoding: Encoding | 'label' | 'flag';
  /** Numbers that it became. */
  readonly width: number;
  /** What it may be, if it is a category. */
  readonly categories?: readonly string[];
  /** How many values were missing and filled in. */
  readonly filled: number;
  /** How many of those by the mean, although what came before was to be repeated: nothing did. */
  readonly filledByMean: number;
  /** What its numbers counted, if they were read as times. */
  readonly epoch?: EpochUnit;
  /** Whether it is an action that was read as an amount because nobody said otherwise, and may be the number of a class: all are whole. */
  readonly seemsClass: boolean;
}

/** How columns are read that say what belongs to which episode. */
const MARKS: Readonly<Partial<Record<Role, 'label' | 'flag' | 'number'>>> = {
  ...{ episode: 'label', time: 'number', terminated: 'flag', truncated: 'flag', done: 'flag' },
};

/** Says how each column was read. */
export function describeColumns(
  { found: { inferred, roles }, rules }: OpenLog,
  { columns }: GatheredColumns,
  { encoded, input }: EncodedLog,
): readonly ReadColumn[] {
  const isAmount = input.actionSpace?.kind !== 'discrete' && input.actionSize === 1;
  return (Object.keys(roles) as Role[]).flatMap((role): readonly ReadColumn[] => {
    const isInferred = inferred.includes(role);
    const mark = MARKS[role];
    const none = { filled: 0, filledByMean: 0, seemsClass: false };
    if (mark !== undefined)
      return columns[role].map(({ name }) => ({ name, role, isInferred, encoding: mark, width: 1, ...none }));
    return encoded
      .filter((one) => one.role === role)
      .map(({ column: { data, ...column } }) => {
        const { epoch } = columns[role].find(({ name }) => name === column.name)!;
        const isOpen = role === 'action' && isAmount && rules.encodingOf(column.name) === undefined;
        const seemsClass = isOpen && data.every(Number.isInteger);
        return { ...column, role, isInferred, seemsClass, ...(epoch && { epoch }) };
      });
  });
}

/** Says of a column that is read slice by slice how it was read up to now. @param earlier the same up to the slice before */
export function joinColumns(column: ReadColumn, earlier: ReadColumn | undefined): ReadColumn {
  if (earlier === undefined) return column;
  return {
    ...column,
    filled: column.filled + earlier.filled,
    filledByMean: column.filledByMean + earlier.filledByMean,
    seemsClass: column.seemsClass && earlier.seemsClass,
  };
}

const byMean = (count: number) =>
  count === 0 ? '' : ` (${count} by its mean: nothing came before in the episode)`;

/** A column that only later rows have, with the first such row. */
export interface LateColumn {
  readonly column: string;
  readonly row: number;
}

/** What was noticed while a log was read. */
interface Noticed {
  readonly late: readonly LateColumn[];
  /** Episodes that lack a value. */
  readonly dropped: number;
  readonly columns: readonly ReadColumn[];
}

/** What the dataset no longer shows. */
export function readingWarnings(
  { path, unit }: Pick<Table, 'path' | 'unit'>,
  { late, dropped, columns }: Noticed,
): DatasetWarning[] {
  const facts = columns
    .filter(({ filled }) => filled > 0)
    .map(({ name, filled, filledByMean }) => `${filled} of "${name}"${byMean(filledByMean)}`);
  const classes = columns.filter(({ seemsClass }) => seemsClass);
  return [
    ...(dropped === 0
      ? []
      : [
          {
            code: 'episodes-dropped',
            message: `${dropped} episodes of ${path} lack a value, and are left out.`,
          },
        ]),
    ...(facts.length === 0
      ? []
      : [
          { code: 'values-filled', message: `Missing values of ${path} are filled in: ${facts.join(', ')}.` },
        ]),
    ...classes.map(({ name }) => ({
      code: 'whole-number-actions',
      message: `All actions of ${path} ("${name}") are whole numbers, and are taken for amounts: a policy will choose anything between them. If they are ids or classes, say so: --encode '${name}=category'. If they are amounts: --encode '${name}=number'.`,
    })),
    ...late.map(({ column, row }) => ({
      code: 'late-column',
      message: `"${column}" of ${path} first appears in ${unit} ${row}, and is not read. If it matters, let the first rows have it.`,
    })),
  ];
}
