import type { BatchSource, ColumnArray, Rng, RngState } from '@lamo/core';
import { checkCount, checkNumber, LamoError } from '@lamo/core';
import type { FloatColumn } from './columns';
import { type InfoField, infoField } from './info-field';
import { imageFields, observationShape } from './observation-space';
import type { Transitions } from './transitions';

/** The columns that every dataset has. */
type OwnField = 'observations' | 'actions' | 'rewards' | 'nextObservations' | 'nextActions' | 'terminated';

/** The arrays a batch of transitions can have: the dataset's columns, and extra ones by their name, `infos/task`. */
export type TransitionField = OwnField | InfoField;

/** The arrays that a batch has unless others are asked for. */
export type DefaultTransitionField = Exclude<OwnField, 'nextActions'>;

/** Options of {@link transitionSampler}. */
export interface TransitionSamplerOptions<Field extends TransitionField = DefaultTransitionField> {
  /** B */
  readonly batchSize: number;
  /** Draws the rows; the sampler's state is this generator's. */
  readonly rng: Rng;
  /**
   * Which arrays to fill; behaviour cloning needs only observations and actions. Extra columns are `infos/…`, [B, width].
   * @default all but `nextActions`
   */
  readonly fields?: readonly Field[];
  /** Rewards are multiplied by this, for example `minMaxReturn(…).rewardScale`. @default 1 */
  readonly rewardScale?: number;
  /** Added to the scaled rewards; AntMaze usually takes -1. @default 0 */
  readonly rewardShift?: number;
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
 * Extra columns of the dataset can be asked for by name: `fields: ['observations', 'actions', 'infos/task']`.
 *
 * @throws LamoError `empty-dataset` if there are no transitions, `unknown-next-actions`, `unknown-field`, `out-of-range`;
 *   `not-finite` for an extra column
 */
export function transitionSampler<Field extends TransitionField = DefaultTransitionField>(
  transitions: Transitions,
  options: TransitionSamplerOptions<Field>,
): BatchSource<Field> {
  const { batchSize, rng, rewardScale = 1, rewardShift = 0 } = options;
  const fields = options.fields ?? (DEFAULT_FIELDS as readonly TransitionField[] as readonly Field[]);
  checkOptions({ batchSize, rewardScale, rewardShift });
  checkRows(transitions);
  const hasNextActions = (fields as readonly string[]).includes('nextActions');
  const nextActionRows = hasNextActions ? knownNextActions(transitions) : transitions.rows;

  const { dataset, rows, nextRows, nextObservations } = transitions;
  const drawn = new Uint32Array(batchSize);
  const drawnNext = new Uint32Array(batchSize);
  const drawnNextActions = new Uint32Array(batchSize);
  const { observations, actions, rewards, terminated, actionSize } = dataset;
  const seen = observationShape(dataset);
  const own: Readonly<Record<OwnField, Column>> = {
    observations: gathered(observations, seen, drawn),
    actions: gathered(actions, [actionSize], drawn),
    rewards: computed(drawn, (row) => rewards[row]! * rewardScale + rewardShift),
    nextObservations: gathered(nextObservations, seen, drawnNext),
    nextActions: gathered(actions, [actionSize], drawnNextActions),
    terminated: computed(drawn, (row) => terminated[row]!),
  };
  const gatherInfo = ({ data, width }: FloatColumn) => gathered(data, [width], drawn);
  const columnOf = (field: Field) =>
    Object.hasOwn(own, field) ? own[field as OwnField] : gatherInfo(infoField(WHERE, dataset, field));
  const columns = fields.map((field) => [field, columnOf(field)] as const);
  const shapes = columns.map(([field, { shape }]) => [field, shape]);
  return {
    shapes: Object.fromEntries(shapes) as BatchSource<Field>['shapes'],
    bytes: imageFields(dataset, fields),
    next(into) {
      for (let i = 0; i < batchSize; i++) {
        const transition = rng.integer(rows.length);
        drawn[i] = rows[transition]!;
        drawnNext[i] = nextRows[transition]!;
        drawnNextActions[i] = nextActionRows[transition]!;
      }
      for (const [field, column] of columns) column.fill(into[field]);
    },
    state: () => rng.state(),
    restore: (state) => rng.restore(state as RngState),
  };
}

function checkOptions({
  batchSize,
  rewardScale,
  rewardShift,
}: Record<'batchSize' | 'rewardScale' | 'rewardShift', number>): void {
  checkCount(WHERE, 'batchSize', batchSize);
  checkNumber(WHERE, 'rewardScale', rewardScale);
  checkNumber(WHERE, 'rewardShift', rewardShift);
}

/** One array of a batch. */
interface Column {
  readonly shape: readonly number[];
  fill(into: ColumnArray): void;
}

/** A column whose rows are copied. */
function gathered(from: ColumnArray, shape: readonly number[], drawn: Uint32Array): Column {
  const width = shape.reduce((product, length) => product * length, 1);
  return {
    shape: [drawn.length, ...shape],
    fill: (into) => gatherRows(from, width, drawn, into),
  };
}

/** A column of one number for each row. */
function computed(drawn: Uint32Array, read: (row: number) => number): Column {
  return {
    shape: [drawn.length],
    fill: (into) => {
      for (let i = 0; i < drawn.length; i++) into[i] = read(drawn[i]!);
    },
  };
}

const touched = new Float32Array(1);

/** Copies rows of a [N, width] array into a [B, width] one. Plain loops: `subarray` and `set` would allocate. */
function gatherRows(from: ColumnArray, width: number, rows: Uint32Array, into: ColumnArray): void {
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

function knownNextActions({ nextActionRows, dataset }: Transitions): Uint32Array {
  if (nextActionRows) return nextActionRows;
  throw new LamoError({
    where: WHERE,
    code: 'unknown-next-actions',
    problem: `Not every transition of \`${dataset.name}\` has a known next action`,
    expected: 'a view that leaves the others out',
    hint: 'Use `transitions(dataset, { nextActions: true })`.',
  });
}
