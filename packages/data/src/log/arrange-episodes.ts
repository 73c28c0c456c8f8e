import type { CellColumn } from './cell-column';
import { flagsOf } from './flags-of';
import { logError } from './log-error';

/** Columns that say which rows belong together, and where episodes end. */
export interface EpisodeColumns {
  readonly episode?: CellColumn | undefined;
  readonly time?: CellColumn | undefined;
  readonly terminated?: CellColumn | undefined;
  readonly truncated?: CellColumn | undefined;
  readonly done?: CellColumn | undefined;
}

/** What a log does not say itself about its episodes. */
export interface EpisodeOptions {
  /**
   * What the last row of an episode is of which no column says it: `terminated` if nothing could have been earned any more, `truncated` if it was
   * only cut there. @default unknown
   */
  readonly ends?: 'terminated' | 'truncated';
  /** Each row is an episode: a decision that changes nothing of what comes next, such as which offer to show. @default false */
  readonly oneStep?: boolean;
  /** The rows are one stream that goes on: no end is looked for. @default false */
  readonly continuing?: boolean;
}

/** Rows of a log in the order of a dataset. */
export interface Arrangement {
  /** [N] the row of the log, from 0 */
  readonly order: Uint32Array;
  /** [N] in the new order */
  readonly terminated: Uint8Array;
  /** [N] */
  readonly truncated: Uint8Array;
}

/** How rows are called in errors. */
export interface Places {
  readonly path: string;
  /** Says where a row of the log is, from 0. */
  at(row: number): string;
}

/**
 * Puts the rows of each episode one after the other: those with one value of `episode`, wherever they stand, by `time` if there is one. Episodes come in the
 * order of their first rows. Without `episode` rows stay as they are, and flags say where episodes end.
 *
 * @throws LamoError `no-ends`, `end-inside-episode`, `not-in-order`, `missing-value`, `not-a-flag`
 */
export function arrangeEpisodes(
  places: Places,
  rows: number,
  columns: EpisodeColumns,
  options: EpisodeOptions,
): Arrangement {
  const { episode, time } = columns;
  const order =
    episode === undefined ? Uint32Array.from({ length: rows }, (_, row) => row) : groupRows(places, episode);
  const isLast = new Uint8Array(rows);
  if (episode !== undefined) {
    const { numbers } = episode;
    for (let i = 0; i < rows; i++)
      if (i + 1 === rows || numbers[order[i]!] !== numbers[order[i + 1]!]) isLast[i] = 1;
  }
  if (time?.kind === 'text') throw notInOrder(places, time.name, `texts, such as "${time.texts[0]}"`);
  if (time?.kind === 'list' || time?.kind === 'flag')
    throw notInOrder(places, time.name, time.kind === 'list' ? 'lists' : 'true and false');
  if (time !== undefined && episode !== undefined) sortByTime(places, time, order, isLast);
  const read = (name: 'terminated' | 'truncated' | 'done') => {
    const column = columns[name];
    const flags = column === undefined ? undefined : flagsOf(places, column, name);
    return flags === undefined ? undefined : Uint8Array.from(order, (row) => flags[row]!);
  };
  const flags = { terminated: read('terminated'), truncated: read('truncated'), done: read('done') };
  if (options.oneStep) isLast.fill(1);
  else if (episode === undefined) markEnds(isLast, flags);
  else checkInside(places, order, isLast, flags);
  return { order, ...sayHow(places, order, isLast, flags, options) };
}

type Flags = Readonly<Record<'terminated' | 'truncated' | 'done', Uint8Array | undefined>>;

/** Orders rows by their episode, those of one as they stand. */
function groupRows(places: Places, { name, numbers }: CellColumn): Uint32Array {
  const row = numbers.findIndex((number) => Number.isNaN(number));
  if (row !== -1) {
    throw logError('missing-value', `"${name}" of ${places.path} is empty in ${places.at(row)}`, {
      expected: 'which episode each row belongs to',
      hint: 'Leave those rows out of the file.',
    });
  }
  // Places of texts are counted in the order in which they came: that of the first rows.
  const counts = new Uint32Array(numbers.reduce((most, place) => Math.max(most, place), 0) + 2);
  for (const place of numbers) counts[place + 1]!++;
  for (let place = 1; place < counts.length; place++) counts[place]! += counts[place - 1]!;
  const order = new Uint32Array(numbers.length);
  for (let row = 0; row < numbers.length; row++) order[counts[numbers[row]!]!++] = row;
  return order;
}

function sortByTime(
  places: Places,
  { name, numbers }: CellColumn,
  order: Uint32Array,
  isLast: Uint8Array,
): void {
  let start = 0;
  for (let i = 0; i < order.length; i++) {
    if (isLast[i] === 0) continue;
    const rows = order.subarray(start, i + 1).sort((a, b) => numbers[a]! - numbers[b]! || a - b);
    for (const [j, row] of rows.entries()) {
      if (Number.isNaN(numbers[row])) throw notInOrder(places, name, `none in ${places.at(row)}`);
      if (j > 0 && numbers[row] === numbers[rows[j - 1]!])
        throw notInOrder(places, name, `the same in ${places.at(rows[j - 1]!)} and ${places.at(row)}`);
    }
    start = i + 1;
  }
}

function notInOrder({ path }: Places, name: string, received: string) {
  return logError(
    'not-in-order',
    `"${name}" of ${path} does not say in which order the rows of an episode are`,
    {
      expected: 'a value of its own in each row of an episode',
      received,
      hint: 'Name another column (--time, `columns.time`), or none (--time none, `columns.time: null`) if the rows of each episode are in order as they stand.',
    },
  );
}

/** Without a column that names episodes, a flag ends one. */
function markEnds(isLast: Uint8Array, flags: Flags): void {
  for (const marks of Object.values(flags))
    for (let i = 0; i < isLast.length; i++) if (marks?.[i] === 1) isLast[i] = 1;
}

/** A flag before the last row of an episode says something else than the column that names episodes. */
function checkInside(places: Places, order: Uint32Array, isLast: Uint8Array, flags: Flags): void {
  for (const [name, marks] of Object.entries(flags)) {
    const inside = marks?.findIndex((mark, i) => mark === 1 && isLast[i] === 0) ?? -1;
    if (inside === -1) continue;
    throw logError(
      'end-inside-episode',
      `"${name}" of ${places.path} is true before the last row of an episode`,
      {
        expected: 'it to be true in last rows only',
        received: `true in ${places.at(order[inside]!)}, which is followed by ${places.at(order[inside + 1]!)} of the same episode`,
        hint: 'If several episodes share a value, name a column that tells them apart (--episode), or none; if rows are out of order, say by what to sort them (--time).',
      },
    );
  }
}

/** Says of each last row whether the episode ended there or was cut. */
function sayHow(
  places: Places,
  order: Uint32Array,
  isLast: Uint8Array,
  { terminated, truncated, done }: Flags,
  { ends, oneStep = false, continuing = false }: EpisodeOptions,
): Pick<Arrangement, 'terminated' | 'truncated'> {
  const rows = order.length;
  const result = { terminated: new Uint8Array(rows), truncated: new Uint8Array(rows) };
  if (continuing) {
    checkGoesOn(places, order, { terminated, done });
    return result;
  }
  if (
    isLast.every((last) => last === 0) &&
    terminated === undefined &&
    truncated === undefined &&
    done === undefined
  )
    throw noEpisodes(places);
  const rest = ends ?? (oneStep ? 'terminated' : terminated !== undefined ? 'truncated' : undefined);
  for (let i = 0; i < rows; i++) {
    if (isLast[i] === 0) continue;
    if (terminated?.[i] === 1) result.terminated[i] = 1;
    if (truncated?.[i] === 1) result.truncated[i] = 1;
    if (terminated?.[i] === 1 || truncated?.[i] === 1) continue;
    if (rest === undefined) throw noEnds(places, order[i]!);
    result[rest][i] = 1;
  }
  return result;
}

/** Time limits may be passed over in a stream that goes on; what has ended cannot be. */
function checkGoesOn(
  { path, at }: Places,
  order: Uint32Array,
  flags: Pick<Flags, 'terminated' | 'done'>,
): void {
  for (const [name, marks] of Object.entries(flags)) {
    const end = marks?.indexOf(1) ?? -1;
    if (end === -1) continue;
    throw logError('option-not-used', `${path} cannot both end and be one stream that goes on`, {
      expected: 'rows that all go on (--continuing, `continuing`)',
      received: `one that is ${name} in ${at(order[end]!)}`,
      hint: `Leave out that it goes on; or, if nothing ends there, name no column that says so (--${name} none, \`columns.${name}: null\`).`,
    });
  }
}

function noEpisodes({ path }: Places) {
  return logError('no-ends', `Cannot tell where the episodes of ${path} end`, {
    expected: 'a column that names the episode of each row, or one that is true where an episode ends',
    hint: 'Name it: --episode, --terminated, --truncated or --done, `columns`. If each row is a decision of its own, say so (--one-step, `oneStep`); if all rows are one stream that goes on, that (--continuing, `continuing`).',
  });
}

function noEnds({ path, at }: Places, row: number) {
  return logError(
    'no-ends',
    `Cannot tell how the episodes of ${path} end, for example the one whose last row is ${at(row)}`,
    {
      expected: 'whether more could have been earned or lost there if nobody had stopped it',
      hint: 'If not, because the goal was reached or the customer left, say terminated; if so, because the day or the log was over, truncated (--ends, `ends`). If some ended in one way and some in the other, name a column that is true where one ended by itself: --terminated.',
    },
  );
}
