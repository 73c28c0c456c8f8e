import type { BatchSource, BatchTable, BatchTables, ColumnArray, Dataset, Rng, RngState } from '@lamo/core';
import { checkCount, checkNumber, LamoError } from '@lamo/core';
import type { FloatColumn } from './columns';
import { type InfoField, infoField } from './info-field';
import { imageFields, observationShape } from './observation-space';
import { returnsToGo } from './returns';
import { type CutReturns, returnsBeyond } from './returns-beyond';
import { checkRowOrder } from './row-order';
import type { Transitions } from './transitions';

/** The columns that every dataset has, and what follows from them. */
type OwnField = DefaultTransitionField | 'nextActions' | 'returnsToGo';

/** The arrays a batch of transitions can have: the dataset's columns, and extra ones by their name, `infos/task`. */
export type TransitionField = OwnField | InfoField;

/** The arrays that a batch has unless others are asked for. */
export type DefaultTransitionField =
  | 'observations'
  | 'actions'
  | 'rewards'
  | 'nextObservations'
  | 'terminated';

/** Options of {@link transitionSampler}. */
export interface TransitionSamplerOptions<Field extends TransitionField = DefaultTransitionField> {
  /** B */
  readonly batchSize: number;
  /** Draws the rows; the sampler's state is this generator's. */
  readonly rng: Rng;
  /**
   * Which arrays to fill; behaviour cloning needs only observations and actions. Extra columns are `infos/…`, [B, width].
   * @default all but `nextActions` and `returnsToGo`
   */
  readonly fields?: readonly Field[];
  /** Rewards are multiplied by this, for example `minMaxReturn(…).rewardScale`. @default 1 */
  readonly rewardScale?: number;
  /** Added to the scaled rewards; AntMaze usually takes -1. @default 0 */
  readonly rewardShift?: number;
  /** How `returnsToGo` add up. @default nothing is discounted, and nothing earned after the last row of an episode */
  readonly returns?: ReturnOptions;
}

/** How rewards add up to returns. */
export interface ReturnOptions {
  /** Discount of rewards that follow. */
  readonly discount: number;
  /** What an episode that did not terminate earns after its last row. */
  readonly cut: CutReturns;
}

const WHERE = 'data/transition-sampler';

const DEFAULT_FIELDS: readonly DefaultTransitionField[] = [
  'observations',
  'actions',
  'rewards',
  'nextObservations',
  'terminated',
];

/**
 * Draws minibatches of transitions, uniformly and with replacement. A batch has `observations` [B, O], `actions` [B, A],
 * `rewards` [B], `nextObservations` [B, O] and `terminated` [B] (0 or 1).
 *
 * Images are bytes, [B, height, width, channels].
 *
 * Where asked for it also has `nextActions` [B, A], if the view knows all of them: `transitions(dataset, { nextActions: true })`
 * or `qlearningTransitions(dataset)`. After a terminated row it is arbitrary: mask it with `terminated`.
 *
 * Where asked for it has `returnsToGo` [B], the sum of the scaled rewards from each row to the end of its episode.
 *
 * Extra columns of the dataset can be asked for by name: `fields: ['observations', 'actions', 'infos/task']`.
 *
 * @throws LamoError `empty-dataset` if there are no transitions, `unknown-next-actions`, `unknown-field`, `out-of-range`;
 *   `rows-out-of-order` for `returnsToGo`;
 *   `not-finite` for an extra column
 */
export function transitionSampler<Field extends TransitionField = DefaultTransitionField>(
  transitions: Transitions,
  options: TransitionSamplerOptions<Field>,
): BatchSource<Field> {
  const { batchSize, rng, rewardScale = 1, rewardShift = 0, returns = LOGGED } = options;
  const fields = options.fields ?? (DEFAULT_FIELDS as readonly TransitionField[] as readonly Field[]);
  checkOptions({ batchSize, rewardScale, rewardShift });
  checkRows(transitions);
  const { dataset, rows } = transitions;
  const drawn = new Uint32Array(batchSize);
  const lists = listsOf(transitions, drawn);
  const scaled = (reward: number) => reward * rewardScale + rewardShift;
  const columnOf = columnsOf(transitions, lists, { scaled, returns });
  const columns = fields.map((field) => [field, columnOf(field)] as const);
  const lookedUp = new Set(columns.map(([, { list }]) => list).filter((list) => lists[list] !== drawn));
  const draw = () => {
    for (let i = 0; i < batchSize; i++) drawn[i] = rng.integer(rows.length);
    for (const list of lookedUp) gatherRows(transitions[list]!, 1, drawn, lists[list]);
  };
  return {
    shapes: Object.fromEntries(columns.map(([field, { shape }]) => [field, shape])) as Shapes<Field>,
    bytes: imageFields(dataset, fields),
    tables: tablesOf(columns, lists, draw),
    next(into) {
      draw();
      for (const [field, column] of columns) column.fill(into[field]);
    },
    state: () => rng.state(),
    restore: (state) => rng.restore(state as RngState),
  };
}

const LOGGED: ReturnOptions = { discount: 1, cut: 'nothing' };

type Shapes<Field extends string> = BatchSource<Field>['shapes'];

function checkOptions({
  batchSize,
  rewardScale,
  rewardShift,
}: Record<'batchSize' | 'rewardScale' | 'rewardShift', number>): void {
  checkCount(WHERE, 'batchSize', batchSize);
  checkNumber(WHERE, 'rewardScale', rewardScale);
  checkNumber(WHERE, 'rewardShift', rewardShift);
}

/** The rows of a batch, by what they are rows of. */
type Lists = Readonly<Record<'rows' | 'nextRows' | 'nextActionRows', Uint32Array>>;

/** @param drawn [B] the numbers of transitions: where every row is one, these are the rows as well */
function listsOf({ rows, nextRows, nextActionRows = rows }: Transitions, drawn: Uint32Array): Lists {
  const list = (of: Uint32Array) => (of.every((row, i) => row === i) ? drawn : new Uint32Array(drawn.length));
  return { rows: list(rows), nextRows: list(nextRows), nextActionRows: list(nextActionRows) };
}

/** One array of a batch. */
interface Column {
  readonly shape: readonly number[];
  fill(into: ColumnArray): void;
  /** Which rows of {@link table} it is. */
  readonly list: keyof Lists;
  /** What it is taken from, [N, …]; undefined for images, which are bytes. */
  readonly table: (() => BatchTable) | undefined;
  /** Columns of the same numbers share a table. */
  readonly numbers: object;
}

/** What becomes of rewards. */
interface RewardOptions {
  /** Makes of a reward what a batch has. */
  readonly scaled: (reward: number) => number;
  readonly returns: ReturnOptions;
}

/** The column of every array that a batch can have, by its name. */
function columnsOf(
  transitions: Transitions,
  lists: Lists,
  { scaled, returns }: RewardOptions,
): (field: TransitionField) => Column {
  const { dataset, nextObservations } = transitions;
  const { observations, actions, rewards, terminated, actionSize } = dataset;
  const seen = observationShape(dataset);
  const own: Readonly<Record<OwnField, () => Column>> = {
    observations: () => gathered(observations, seen, lists, 'rows'),
    actions: () => gathered(actions, [actionSize], lists, 'rows'),
    rewards: () => computed(rewards.length, lists.rows, (row) => scaled(rewards[row]!)),
    nextObservations: () => gathered(nextObservations, seen, lists, 'nextRows'),
    nextActions: () => {
      checkNextActions(transitions);
      return gathered(actions, [actionSize], lists, 'nextActionRows');
    },
    returnsToGo: () =>
      gathered(addUp(dataset, Float64Array.from(rewards, scaled), returns), [], lists, 'rows'),
    terminated: () => computed(rewards.length, lists.rows, (row) => terminated[row]!),
  };
  const info = ({ data, width }: FloatColumn) => gathered(data, [width], lists, 'rows');
  return (field) =>
    Object.hasOwn(own, field) ? own[field as OwnField]() : info(infoField(WHERE, dataset, field));
}

/** [N] @param rewards [N] scaled */
function addUp(dataset: Dataset, rewards: Float64Array, { discount, cut }: ReturnOptions): Float32Array {
  checkRowOrder(dataset, WHERE, 'returns-to-go');
  const beyond = returnsBeyond(rewards, dataset, discount, cut);
  return returnsToGo(rewards, dataset.episodeEnds, discount, beyond);
}

/** A column whose rows are copied. */
function gathered(from: ColumnArray, shape: readonly number[], lists: Lists, list: keyof Lists): Column {
  const drawn = lists[list];
  const width = shape.reduce((product, length) => product * length, 1);
  return {
    shape: [drawn.length, ...shape],
    fill: (into) => gatherRows(from, width, drawn, into),
    list,
    table:
      from instanceof Float32Array
        ? () => ({ shape: [from.length / width, ...shape], data: from })
        : undefined,
    numbers: from,
  };
}

/** A column of one number for each row. */
function computed(size: number, drawn: Uint32Array, read: (row: number) => number): Column {
  return {
    shape: [drawn.length],
    fill: (into) => {
      for (let i = 0; i < drawn.length; i++) into[i] = read(drawn[i]!);
    },
    list: 'rows',
    table: () => ({ shape: [size], data: Float32Array.from({ length: size }, (_, row) => read(row)) }),
    numbers: read,
  };
}

/** Batches as rows of tables. What has the same numbers, as observations and those after them, has one table. */
function tablesOf<Field extends string>(
  columns: readonly (readonly [Field, Column])[],
  lists: Lists,
  draw: () => void,
): BatchTables<Field> {
  const resident = columns.filter(([, { table }]) => table !== undefined);
  const filled = columns.filter(([, { table }]) => table === undefined);
  const nameOf = (column: Column) => resident.find(([, { numbers }]) => numbers === column.numbers)![0];
  const reads = resident.map(([field, column]) => [field, { table: nameOf(column), rows: column.list }]);
  const used = [...new Set(resident.map(([, { list }]) => list))];
  return {
    arrays: () => Object.fromEntries(resident.map(([, column]) => [nameOf(column), column.table!()])),
    rows: Object.fromEntries(used.map((list) => [list, [lists[list].length]])),
    reads: Object.fromEntries(reads) as BatchTables<Field>['reads'],
    draw(rows, into) {
      draw();
      for (const list of used) rows[list]!.set(lists[list]);
      for (const [field, column] of filled) column.fill(into[field]!);
    },
  };
}

const touched = new Float32Array(1);

/** Copies rows of a [N, width] array into a [B, width] one. Plain loops: `subarray` and `set` would allocate. */
function gatherRows<A extends ColumnArray | Uint32Array>(
  from: A,
  width: number,
  rows: Uint32Array,
  into: A,
): void {
  // Random rows miss the cache. Reading one number of each first lets the processor wait for many at once, which
  // halves the time; the sum is stored so that the loop is not optimised away.
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += from[rows[i]! * width]! + from[rows[i]! * width + width - 1]!;
  touched[0] = sum;

  let target = 0;
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * width;
    for (let j = 0; j < width; j++) into[target++] = from[start + j]!;
  }
}

function checkRows({ rows, dataset }: Transitions): void {
  if (rows.length > 0) return;
  throw new LamoError({
    where: WHERE,
    code: 'empty-dataset',
    problem: `\`${dataset.name}\` has no transitions to draw`,
    expected: 'at least one row with a successor',
    received: `${dataset.size} rows and none`,
    hint: 'Log what was observed after each action as `nextObservations`. Then every row is a transition.',
  });
}

function checkNextActions({ nextActionRows, dataset }: Transitions): void {
  if (nextActionRows) return;
  throw new LamoError({
    where: WHERE,
    code: 'unknown-next-actions',
    problem: `Not every transition of \`${dataset.name}\` has a known next action`,
    expected: 'a view that leaves the others out',
    hint: 'Use `transitions(dataset, { nextActions: true })`.',
  });
}
