import type { Places } from './arrange-episodes';
import { CellColumn, type KnownCells } from './cell-column';
import { type Channel, episodeChannels, stepsOf } from './episode-rows';
import { labelOf } from './label-of';
import { LOG_ROLES, type Role, type Roles } from './log-columns';
import { logError } from './log-error';
import type { Table, TableRow } from './table';

/** The columns of a log that are read, by what they are for, and where its rows are. */
export interface GatheredColumns {
  readonly columns: Readonly<Record<Role, readonly CellColumn[]>>;
  readonly rows: number;
  readonly places: Places;
}

/** Roles of columns that say where an episode ends. */
const ENDS: readonly Role[] = ['terminated', 'truncated', 'done'];

/** How cells are read. */
export interface GatherOptions {
  /** Texts that stand for a missing value in CSV. */
  readonly missing: readonly string[];
  /** Tells whether a column is a category, whatever stands in it. */
  readonly isCategory: (name: string) => boolean;
  /** Tells whether a column is read as times, also where they are numbers. */
  readonly isTime: (name: string) => boolean;
  /** What is known of the columns from an earlier look at all rows. */
  readonly known?: KnownColumns | undefined;
}

/** What a look at all rows says of the columns: plain data. */
export interface KnownColumns {
  /** Whether each row of the table is an episode. */
  readonly isEpisode: boolean;
  readonly channels: readonly Channel[];
  /** Of each channel; null of those that are read anew. */
  readonly cells: readonly (KnownCells | null)[];
}

/**
 * Gathers the rows of a table into a column for each role. Where the first row's reward is a list, each row is an episode. What was gathered can be
 * taken and forgotten, so that a log is read slice by slice; what columns are stays known.
 */
export class LogGatherer {
  readonly #table: Table;
  readonly #options: GatherOptions;
  #channels: readonly Channel[];
  #columns: readonly CellColumn[] | undefined;
  #isEpisode = false;
  /** The channel that names episodes; -1 if there is none. */
  #episode = -1;
  /** The number of each step's row. */
  #numbers: number[] = [];
  /** Episodes with a place below this one have ended in an earlier slice. */
  #closed = 0;
  /** The cells of the last row. */
  #last: readonly unknown[] = [];

  constructor(table: Table, roles: Roles, options: GatherOptions) {
    this.#table = table;
    this.#options = options;
    const named = (Object.entries(roles) as [Role, readonly string[]][]).flatMap(([role, names]) =>
      names.map((name) => ({ role, name })),
    );
    this.#channels = named.map((one, cell) => ({ ...one, cell, shift: 0 }));
    const { known } = options;
    if (known === undefined) return;
    this.#isEpisode = known.isEpisode;
    this.#channels = known.channels;
    this.#columns = this.#open(known.cells);
  }

  /** Steps since the last {@link forget}. */
  get rows(): number {
    return this.#numbers.length;
  }

  /** What was learned of the columns. */
  get known(): KnownColumns {
    return {
      isEpisode: this.#isEpisode,
      channels: this.#channels,
      cells: this.columns.map((column) => column.known ?? null),
    };
  }

  /** In the order of their channels. */
  get columns(): readonly CellColumn[] {
    return this.#columns ?? [];
  }

  /**
   * Tells whether what was gathered ends with a whole episode if this row is the next one.
   *
   * @param anywhere whether every row can begin a slice where no column names episodes
   */
  startsEpisode({ cells }: TableRow, anywhere: boolean): boolean {
    if (this.#columns === undefined) return true;
    const episode = this.#channels[this.#episode];
    if (episode !== undefined)
      return episode.cell === undefined || labelOf(cells[episode.cell]) !== labelOf(this.#last[episode.cell]);
    const marks = this.#columns.filter((_, i) => ENDS.includes(this.#channels[i]!.role));
    // Nothing says where episodes end: an error that need not wait for all rows.
    return anywhere || marks.length === 0 || marks.some(({ last }) => last === 1);
  }

  /**
   * Adds a row.
   *
   * @throws LamoError `length-mismatch`, `wrong-type`, `wrong-width`; `not-in-order` if it belongs to an episode of a slice that was forgotten
   */
  add({ number, cells }: TableRow): void {
    const { path, unit } = this.#table;
    this.#columns ??= this.#begin(cells);
    const place = `${unit} ${number}`;
    const steps = this.#isEpisode ? stepsOf(path, place, this.#channels, cells) : [cells];
    for (const step of steps) {
      for (let i = 0; i < this.#columns.length; i++) this.#columns[i]!.push(step[i], number);
      this.#numbers.push(number);
    }
    this.#last = cells;
    const episode = this.#columns[this.#episode];
    if (episode !== undefined && episode.last < this.#closed) throw apart(this.#table, episode, place);
  }

  /** What was gathered since the last {@link forget}. @throws LamoError `empty-dataset` */
  gathered(): GatheredColumns {
    const { path, unit } = this.#table;
    const [columns, numbers] = [this.#columns, this.#numbers];
    if (columns === undefined)
      throw logError('empty-dataset', `${path} has no rows`, { expected: 'at least one' });
    const at = (row: number) => {
      const number = numbers[row]!;
      return this.#isEpisode
        ? `step ${row - numbers.indexOf(number) + 1} of ${unit} ${number}`
        : `${unit} ${number}`;
    };
    const byRole = (role: Role) => columns.filter((_, i) => this.#channels[i]!.role === role);
    const all = LOG_ROLES.map((role) => [role, byRole(role)]);
    return { columns: Object.fromEntries(all), rows: numbers.length, places: { path, at } };
  }

  /** Makes room for the rows that follow. */
  forget(): void {
    this.#closed = this.columns[this.#episode]?.texts.length ?? 0;
    for (const column of this.columns) column.forget();
    this.#numbers = [];
  }

  #begin(cells: readonly unknown[]): readonly CellColumn[] {
    const reward = this.#channels.find(({ role }) => role === 'reward')!;
    this.#isEpisode = Array.isArray(cells[reward.cell!]);
    if (this.#isEpisode) this.#channels = episodeChannels(this.#channels, cells);
    return this.#open();
  }

  /** Opens a column for each channel. @param known of each */
  #open(known: KnownColumns['cells'] = []): readonly CellColumn[] {
    const { path, unit, isText } = this.#table;
    const { missing, isCategory, isTime } = this.#options;
    const words = { path, unit, isText, missing: new Set(missing) };
    this.#episode = this.#channels.findIndex(({ role }) => role === 'episode');
    return this.#channels.map(({ role, name }, i) => {
      const asLabels = role === 'episode' || isCategory(name);
      return new CellColumn({ ...words, name, role, asLabels, asTimes: isTime(name) }, known[i] ?? undefined);
    });
  }
}

function apart({ path }: Table, { name, texts, last }: CellColumn, place: string) {
  return logError('not-in-order', `The rows of one episode of ${path} are far apart`, {
    expected: 'the rows of an episode one after the other, where a log is read slice by slice',
    received: `"${name}" is ${texts[last]} again in ${place}, long after its other rows`,
    hint: 'Sort the file by episode; or read it whole, without preparing it, which needs memory for all of it.',
  });
}
