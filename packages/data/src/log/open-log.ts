import { basename } from 'node:path';
import { type Arrangement, arrangeEpisodes } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import { checkNames } from './check-names';
import { checkStream } from './check-stream';
import { type ColumnRules, columnRules } from './column-rules';
import { dropIncomplete } from './drop-incomplete';
import type { Encoding } from './encoding';
import { type FoundColumns, findColumns, type Role } from './log-columns';
import type { GatheredColumns, GatherOptions } from './log-gatherer';
import { openTable } from './open-table';
import type { ReadLogOptions } from './read-log';
import type { Table } from './table';

/** Texts that programs write where there is nothing. */
export const MISSING_VALUES: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None'];

/** A log whose columns are known, and none of whose rows has been read. */
export interface OpenLog {
  readonly name: string;
  readonly table: Table;
  readonly found: FoundColumns;
  readonly rules: ColumnRules;
  readonly cells: GatherOptions;
  readonly options: ReadLogOptions;
}

/** Opens a log, and says which columns are what. @throws LamoError as `readLog` */
export async function openLog(path: string, options: ReadLogOptions): Promise<OpenLog> {
  const { columns = {}, missing = MISSING_VALUES, name = nameOf(path) } = options;
  const table = await openTable(path);
  const found = findColumns(path, table.columns, columns);
  checkStream(path, found.roles, options);
  checkNames(path, found.roles);
  const rules = columnRules(path, [...new Set(Object.values(found.roles).flat())], options);
  const isCategory = (column: string) => rules.encodingOf(column) === 'category';
  const isTime = (column: string) => TIMES.includes(rules.encodingOf(column));
  return { name, table, found, rules, cells: { missing, isCategory, isTime }, options };
}

/** Encodings that say that a column has times. */
const TIMES: readonly unknown[] = ['time-of-day', 'time-of-week', 'elapsed'] satisfies Encoding[];

const nameOf = (path: string) => basename(path).replace(/\.[a-z]+(\.gz)?$/i, '');

/** Names of the columns that are read, in the order in which they are gathered. */
export function namesRead({ found }: OpenLog): readonly string[] {
  return Object.values(found.roles).flat();
}

/** Roles of columns that say what belongs to which episode, and where one ends. */
const OF_EPISODES: readonly Role[] = ['episode', 'time', 'terminated', 'truncated', 'done'];

/** Columns that become numbers of the dataset. */
export function valuedColumns({ columns }: GatheredColumns): readonly CellColumn[] {
  return Object.entries(columns).flatMap(([role, some]) => (OF_EPISODES.includes(role as Role) ? [] : some));
}

/** Columns that make an episode be left out where they lack a value. */
export function droppable({ rules }: OpenLog, gathered: GatheredColumns): readonly CellColumn[] {
  return valuedColumns(gathered).filter(({ name }) => rules.fillOf(name) === 'drop');
}

/**
 * Puts what was gathered of a log in the order of a dataset, without the episodes that lack a value where that was asked for.
 *
 * @returns where no row may be left, and how many episodes were left out
 * @throws LamoError as `readLog`
 */
export function arrangeLog(
  log: OpenLog,
  gathered: GatheredColumns,
): { readonly arrangement: Arrangement; readonly dropped: number } {
  const { episode, time, terminated, truncated, done } = gathered.columns;
  const marks = {
    ...{ episode: episode[0], time: time[0] },
    ...{ terminated: terminated[0], truncated: truncated[0], done: done[0] },
  };
  const whole = arrangeEpisodes(gathered.places, gathered.rows, marks, log.options);
  return dropIncomplete(whole, droppable(log, gathered));
}
