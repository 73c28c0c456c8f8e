import type { Places } from './arrange-episodes';
import { CellColumn } from './cell-column';
import { type Channel, episodeChannels, stepsOf } from './episode-rows';
import type { Role, Roles } from './log-columns';
import { logError } from './log-error';
import type { Table } from './table';

/** The columns of a log that are read, by what they are for, and where its rows are. */
export interface GatheredColumns {
  readonly columns: Readonly<Record<Role, readonly CellColumn[]>>;
  readonly rows: number;
  readonly places: Places;
  /** Columns that only later rows have, with the first such row. */
  readonly late: readonly { readonly column: string; readonly row: number }[];
}

/** How cells are read. */
export interface GatherOptions {
  /** Texts that stand for a missing value in CSV. */
  readonly missing: readonly string[];
  /** Tells whether a column is a category, whatever stands in it. */
  readonly isCategory: (name: string) => boolean;
}

/**
 * Reads the columns of a table that have a role. Where the first row's reward is a list, each row is an episode.
 *
 * @throws LamoError `empty-dataset`, `length-mismatch`, `wrong-type`, `wrong-width`, and what the table throws
 */
export async function gatherColumns(
  table: Table,
  roles: Roles,
  { missing, isCategory }: GatherOptions,
): Promise<GatheredColumns> {
  const { path, unit, isText } = table;
  const named = (Object.entries(roles) as [Role, readonly string[]][]).flatMap(([role, names]) =>
    names.map((name) => ({ role, name })),
  );
  let channels: readonly Channel[] = named.map((one, cell) => ({ ...one, cell, shift: 0 }));
  let columns: readonly CellColumn[] | undefined;
  let isEpisode = false;
  const words = { path, unit, isText, missing: new Set(missing) };
  const open = () =>
    channels.map(
      ({ role, name }) =>
        new CellColumn({ ...words, name, asLabels: role === 'episode' || isCategory(name) }),
    );
  const late: { column: string; row: number }[] = [];
  const numbers: number[] = [];
  const chosen = named.map(({ name }) => name);
  for await (const { number, cells } of table.rows(chosen, (column, row) => late.push({ column, row }))) {
    if (columns === undefined) {
      isEpisode = Array.isArray(cells[named.findIndex(({ role }) => role === 'reward')]);
      if (isEpisode) channels = episodeChannels(channels, cells);
      columns = open();
    }
    const steps = isEpisode ? stepsOf(path, `${unit} ${number}`, channels, cells) : [cells];
    for (const step of steps) {
      for (let i = 0; i < columns.length; i++) columns[i]!.push(step[i], number);
      numbers.push(number);
    }
  }
  if (columns === undefined)
    throw logError('empty-dataset', `${path} has no rows`, { expected: 'at least one' });
  const at = (row: number) => {
    const number = numbers[row]!;
    return isEpisode ? `step ${row - numbers.indexOf(number) + 1} of ${unit} ${number}` : `${unit} ${number}`;
  };
  const byRole = (role: Role) => columns!.filter((_, i) => channels[i]!.role === role);
  const all = Object.keys(roles).map((role) => [role, byRole(role as Role)]);
  return { columns: Object.fromEntries(all), rows: numbers.length, places: { path, at }, late };
}
