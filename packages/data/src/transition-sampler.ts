import type { BatchSource, Rng, RngState } from '@lamo/core';
import { checkCount, checkNumber, LamoError } from '@lamo/core';
import type { Transitions } from './transitions';

/** The arrays a batch of transitions can have. */
export type TransitionField =
  | 'observations'
  | 'actions'
  | 'rewards'
  | 'nextObservations'
  | 'nextActions'
  | 'terminated';

/** The arrays that a batch has unless others are asked for. */
export type DefaultTransitionField = Exclude<TransitionField, 'nextActions'>;

/** Options of {@link transitionSampler}. */
export interface TransitionSamplerOptions<Field extends TransitionField = DefaultTransitionField> {
  /** B */
  readonly batchSize: number;
  /** Draws the rows; the sampler's state is this generator's. */
  readonly rng: Rng;
  /**
   * Which arrays to fill; behaviour cloning needs only observations and actions.
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
 * Where asked for it also has `nextActions` [B, A], if the view knows all of them: `transitions(dataset, { nextActions: true })`
 * or `qlearningTransitions(dataset)`. After a terminated row it is arbitrary: mask it with `terminated`.
 *
 * @throws LamoError `empty-dataset` if there are no transitions, `unknown-next-actions`, `out-of-range`
 */
export function transitionSampler<Field extends TransitionField = DefaultTransitionField>(
  transitions: Transitions,
  options: TransitionSamplerOptions<Field>,
): BatchSource<Field> {
  const { batchSize, rng, rewardScale = 1, rewardShift = 0 } = options;
  const fields = options.fields ?? (DEFAULT_FIELDS as readonly TransitionField[] as readonly Field[]);
  checkCount(WHERE, 'batchSize', batchSize);
  checkNumber(WHERE, 'rewardScale', rewardScale);
  checkNumber(WHERE, 'rewardShift', rewardShift);
  checkRows(transitions);
  const needsNextActions = (fields as readonly string[]).includes('nextActions');
  const nextActionRows = needsNextActions ? knownNextActions(transitions) : transitions.rows;

  const { dataset, rows, nextRows, nextObservations } = transitions;
  const drawn = new Uint32Array(batchSize);
  const drawnNext = new Uint32Array(batchSize);
  const drawnNextActions = new Uint32Array(batchSize);
  const { observations, actions, rewards, terminated, observationSize, actionSize } = dataset;
  const gather = (from: Float32Array, width: number, drawn: Uint32Array): Column => ({
    shape: [batchSize, width],
    fill: (into) => gatherRows(from, width, drawn, into),
  });
  const compute = (read: (row: number) => number): Column => ({
    shape: [batchSize],
    fill: (into) => {
      for (let i = 0; i < batchSize; i++) into[i] = read(drawn[i]!);
    },
  });
  const columns: Readonly<Record<TransitionField, Column>> = {
    observations: gather(observations, observationSize, drawn),
    actions: gather(actions, actionSize, drawn),
    rewards: compute((row) => rewards[row]! * rewardScale + rewardShift),
    nextObservations: gather(nextObservations, observationSize, drawnNext),
    nextActions: gather(actions, actionSize, drawnNextActions),
    terminated: compute((row) => terminated[row]!),
  };
  const shapes = fields.map((field) => [field, columns[field].shape]);
  return {
    shapes: Object.fromEntries(shapes) as BatchSource<Field>['shapes'],
    next(into) {
      for (let i = 0; i < batchSize; i++) {
        const transition = rng.integer(rows.length);
        drawn[i] = rows[transition]!;
        drawnNext[i] = nextRows[transition]!;
        drawnNextActions[i] = nextActionRows[transition]!;
      }
      for (const field of fields) columns[field].fill(into[field]);
    },
    state: () => rng.state(),
    restore: (state) => rng.restore(state as RngState),
  };
}

/** One array of a batch. */
interface Column {
  readonly shape: readonly number[];
  fill(into: Float32Array): void;
}

const touched = new Float32Array(1);

/** Copies rows of a [N, width] array into a [B, width] one. Plain loops: `subarray` and `set` would allocate. */
function gatherRows(from: Float32Array, width: number, rows: Uint32Array, into: Float32Array): void {
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
