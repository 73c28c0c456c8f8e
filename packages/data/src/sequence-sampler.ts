import type { BatchSource, BatchTable, BatchTables, ColumnArray, Dataset, Rng, RngState } from '@lamo/core';
import { checkCount, checkNumber, LamoError } from '@lamo/core';
import { type InfoField, infoField } from './info-field';
import { imageFields, observationShape } from './observation-space';
import { returnsAfter, returnsToGo } from './returns';
import { checkRowOrder } from './row-order';

const WHERE = 'data/sequence-sampler';

/** The arrays that a batch of windows has unless others are asked for. */
export type DefaultSequenceField = 'observations' | 'actions' | 'returnsToGo' | 'timesteps' | 'mask';

/** The arrays a batch of windows can have: its own, and extra columns of the dataset by their name, `infos/task`. */
export type SequenceField = DefaultSequenceField | InfoField;

/** Options of {@link sequenceSampler}. */
export interface SequenceSamplerOptions<Field extends SequenceField = DefaultSequenceField> {
  /** K, the most steps in a window. */
  readonly contextLength: number;
  /** B */
  readonly batchSize: number;
  /** Draws the windows; the sampler's state is this generator's. */
  readonly rng: Rng;
  /** Which arrays to fill. Extra columns are `infos/…`, [B, K, width]. @default all but extra columns */
  readonly fields?: readonly Field[];
  /**
   * The reward that returns-to-go begin with: a step's own (`current`), as in the code of Decision Transformer and LaMo, or
   * the one after it (`next`), as in the paper and in LaMo's Atari code.
   * @default 'current'
   */
  readonly returnsFrom?: 'current' | 'next';
  /** Returns-to-go are divided by this: 1000 for the locomotion tasks. @default 1 */
  readonly returnScale?: number;
  /** Where a window that is shorter than K is filled with zeros: `left` as in DT and LaMo, `right` as in CORL. @default 'left' */
  readonly padding?: 'left' | 'right';
  /** Time steps are clamped to `maxTimesteps - 1`, the last row of the model's table. @default no limit */
  readonly maxTimesteps?: number;
  /** Value of padded actions; LaMo and DT take -10. They are masked in any case. @default 0 */
  readonly actionPadding?: number;
  /** Whether windows come from an unfinished last episode too; its returns-to-go are too small. @default 'drop' */
  readonly unfinished?: 'drop' | 'keep';
}

/**
 * Draws windows of up to K steps for sequence models (Decision Transformer, LaMo): an episode with probability
 * proportional to its length, then a first step uniformly within it, so that windows at an episode's end are short.
 *
 * A batch has `observations` [B, K, O], `actions` [B, K, A], `returnsToGo` [B, K] (undiscounted, from each step to the end of the
 * episode), `timesteps` [B, K] (steps since the episode began) and `mask` [B, K] (1 = real). Images are bytes, [B, K, height, width, channels].
 *
 * Extra columns of the dataset can be asked for by name, [B, K, width], 0 where a window is filled:
 * `fields: ['observations', 'actions', 'mask', 'infos/task']`.
 *
 * @throws LamoError `out-of-range`, `no-finished-episode`, `rows-out-of-order`, `unknown-field`; `not-finite` for an extra column
 */
export function sequenceSampler<Field extends SequenceField = DefaultSequenceField>(
  dataset: Dataset,
  options: SequenceSamplerOptions<Field>,
): BatchSource<Field> {
  const { contextLength, batchSize, rng, padding = 'left', unfinished = 'drop' } = options;
  const fields = options.fields ?? (DEFAULT_FIELDS as readonly SequenceField[] as readonly Field[]);
  checkOptions(options);
  checkRowOrder(dataset, WHERE, 'windows and returns-to-go');
  const rows = usableRows(dataset, unfinished);
  const { episodeEnds } = dataset;
  const episodes = episodeOfEachRow(dataset);
  const columns = fields.map((field) => [field, columnOf(field, dataset, options)] as const);
  const shapes = columns.map(([field, { shape }]) => [field, [batchSize, contextLength, ...shape]]);

  const draw = (write: (window: Window) => void) => {
    for (let i = 0; i < batchSize; i++) {
      // A row drawn uniformly is an episode drawn by its length and a start drawn uniformly within it.
      const row = rng.integer(rows);
      const episode = episodes[row]!;
      const time = row - (episode === 0 ? 0 : episodeEnds[episode - 1]!);
      const length = Math.min(contextLength, episodeEnds[episode]! - row);
      const target = i * contextLength + (padding === 'left' ? contextLength - length : 0);
      write({ row, time, length, target });
    }
  };
  return {
    shapes: Object.fromEntries(shapes) as BatchSource<Field>['shapes'],
    bytes: imageFields(dataset, fields),
    tables: tablesOf(columns, dataset, [batchSize, contextLength], draw),
    next(into) {
      for (const [field, { padding }] of columns) into[field].fill(padding);
      draw((window) => {
        for (const [field, column] of columns) column.write(into[field], window);
      });
    },
    state: () => rng.state(),
    restore: (state) => rng.restore(state as RngState),
  };
}

const DEFAULT_FIELDS: readonly DefaultSequenceField[] = [
  'observations',
  'actions',
  'returnsToGo',
  'timesteps',
  'mask',
];

/** The options, whichever fields are asked for. */
type SequenceSettings = Omit<SequenceSamplerOptions, 'fields'>;

/** The real steps of a window, and where they go. */
interface Window {
  /** Its first row in the dataset. */
  readonly row: number;
  /** Steps since the episode began. */
  readonly time: number;
  /** Its steps. */
  readonly length: number;
  /** Place of the first step in the batch, in steps. */
  readonly target: number;
}

/** One array of a batch. */
interface Column {
  /** Of one step. */
  readonly shape: readonly number[];
  /** What stands where a window is filled. */
  readonly padding: number;
  write(into: ColumnArray, window: Window): void;
}

function columnOf(field: SequenceField, dataset: Dataset, options: SequenceSettings): Column {
  const { returnScale = 1, actionPadding = 0, returnsFrom = 'current' } = options;
  const { maxTimesteps = Number.POSITIVE_INFINITY } = options;
  const { observations, actions, rewards, actionSize, episodeEnds } = dataset;
  const own: Readonly<Record<DefaultSequenceField, () => Column>> = {
    observations: () => copied(observations, observationShape(dataset)),
    actions: () => copied(actions, [actionSize], actionPadding),
    returnsToGo() {
      const sum = returnsFrom === 'current' ? returnsToGo : returnsAfter;
      return copied(
        sum(rewards, episodeEnds).map((value) => value / returnScale),
        [],
      );
    },
    timesteps: () => computed((step) => Math.min(step, maxTimesteps - 1)),
    mask: () => computed(() => 1),
  };
  if (Object.hasOwn(own, field)) return own[field as DefaultSequenceField]();
  const { data, width } = infoField(WHERE, dataset, field);
  return copied(data, [width]);
}

/** A column whose rows are copied. A plain loop: `subarray` and `set` would allocate. */
function copied(from: ColumnArray, shape: readonly number[], padding = 0): Column {
  const width = shape.reduce((product, length) => product * length, 1);
  return {
    shape,
    padding,
    write(into, { row, length, target }) {
      for (let i = 0; i < length * width; i++) into[target * width + i] = from[row * width + i]!;
    },
  };
}

/** A column of one number for each step, of the time since the episode began. */
function computed(read: (time: number) => number): Column {
  return {
    shape: [],
    padding: 0,
    write(into, { time, length, target }) {
      for (let step = 0; step < length; step++) into[target + step] = read(time + step);
    },
  };
}

/** Batches as rows of tables, [B, K]; the row after the last one is what stands where a window is filled. */
function tablesOf<Field extends string>(
  columns: readonly (readonly [Field, Column])[],
  { size, episodeEnds, observations }: Dataset,
  shape: readonly [batchSize: number, contextLength: number],
  draw: (write: (window: Window) => void) => void,
): BatchTables<Field> {
  const isImage = ({ shape: { length } }: Column) => length === 3 && observations instanceof Uint8Array;
  const resident = columns.filter(([, column]) => !isImage(column));
  const images = columns.filter(([, column]) => isImage(column));
  return {
    arrays: () =>
      Object.fromEntries(resident.map(([field, column]) => [field, tableOf(column, size, episodeEnds)])),
    rows: { rows: shape },
    reads: Object.fromEntries(
      resident.map(([field]) => [field, { table: field, rows: 'rows' }]),
    ) as unknown as BatchTables<Field>['reads'],
    draw({ rows }, into) {
      rows!.fill(size);
      for (const [field, { padding }] of images) into[field]!.fill(padding);
      draw((window) => {
        const { row, length, target } = window;
        for (let step = 0; step < length; step++) rows![target + step] = row + step;
        for (const [field, column] of images) column.write(into[field]!, window);
      });
    },
  };
}

/** All rows of a column, and one that is filled. */
function tableOf(
  { shape, padding, write }: Column,
  size: number,
  episodeEnds: ArrayLike<number>,
): BatchTable {
  const width = shape.reduce((product, length) => product * length, 1);
  const data = new Float32Array((size + 1) * width).fill(padding);
  let row = 0;
  for (const end of Array.from(episodeEnds)) {
    write(data, { row, time: 0, length: end - row, target: row });
    row = end;
  }
  return { shape: [size + 1, ...shape], data };
}

function checkOptions({ contextLength, batchSize, maxTimesteps = 1, returnScale = 1 }: SequenceSettings) {
  checkCount(WHERE, 'contextLength', contextLength);
  checkCount(WHERE, 'batchSize', batchSize);
  if (maxTimesteps !== Number.POSITIVE_INFINITY) checkCount(WHERE, 'maxTimesteps', maxTimesteps);
  checkNumber(WHERE, 'returnScale', returnScale, 'a positive number', (scale) => scale > 0);
}

function episodeOfEachRow({ size, episodeEnds }: Dataset): Uint32Array {
  const episodes = new Uint32Array(size);
  for (const [episode, end] of episodeEnds.entries()) {
    episodes.fill(episode, episode === 0 ? 0 : episodeEnds[episode - 1], end);
  }
  return episodes;
}

/** Counts the rows that windows may start at: all, or those before an unfinished last episode. */
function usableRows(dataset: Dataset, unfinished: 'drop' | 'keep'): number {
  if (unfinished === 'keep' || dataset.lastEpisodeFinished) return dataset.size;
  const rows = dataset.episodeEnds.at(-2) ?? 0;
  if (rows > 0) return rows;
  throw new LamoError({
    where: WHERE,
    code: 'no-finished-episode',
    problem: `\`${dataset.name}\` has no finished episode`,
    expected: 'a row with terminated or truncated set',
    received: 'none',
    hint: "Mark in `timeouts` where episodes were cut, give a time limit (--max-episode-steps, `maxEpisodeSteps` of `readD4rl`), or include the unfinished one (--unfinished keep, `unfinished: 'keep'`).",
  });
}
