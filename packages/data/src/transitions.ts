import type { ColumnArray, Dataset } from '@lamo/core';
import { LamoError } from '@lamo/core';
import { checkRowOrder, compareRows } from './row-order';

/** A view of a dataset as transitions: which rows, and where each one's next observation is. Nothing is copied. */
export interface Transitions {
  /** The dataset that is viewed. */
  readonly dataset: Dataset;
  /** [M] row of each transition in the dataset */
  readonly rows: Uint32Array;
  /** [N, O] the array that next observations come from */
  readonly nextObservations: ColumnArray;
  /** [M] row of each transition's next observation in {@link nextObservations} */
  readonly nextRows: Uint32Array;
  /**
   * [M] row of the action that followed each transition; after a terminated one an arbitrary row, to be masked. Left out
   * if some next actions are unknown.
   */
  readonly nextActionRows?: Uint32Array;
}

/** Options of {@link transitions}. */
export interface TransitionsOptions {
  /**
   * Leaves out transitions whose next action is unknown: with logged next observations, the last row of an episode that was cut, and a row
   * whose next observation differs from the following row's observation.
   * @default false
   */
  readonly nextActions?: boolean;
}

/**
 * Views a dataset as transitions, losing as few as possible.
 *
 * With logged next observations every row is one, in whatever order the rows are. Without them a row needs a successor in its episode,
 * so time-outs and the last row of an unfinished episode are left out; a terminated row stays, whether it is truncated as
 * well or not, with its own observation as a placeholder: mask it with `terminated`.
 *
 * @throws LamoError with `nextActions` `rows-out-of-order` if most rows are followed by something else
 */
export function transitions(dataset: Dataset, { nextActions = false }: TransitionsOptions = {}): Transitions {
  if (dataset.nextObservations && !nextActions) return storedTransitions(dataset, dataset.nextObservations);
  const isLast = new Uint8Array(dataset.size);
  for (const end of dataset.episodeEnds) isLast[end - 1] = 1;
  if (nextActions) checkRowOrder(dataset, WHERE, 'next actions');
  const followsOn = compareRows(dataset);
  const rows = selectRows(
    dataset.size,
    (row) => dataset.terminated[row] === 1 || (isLast[row] === 0 && followsOn(row)),
  );
  const following = rows.map((row) => row + 1 - isLast[row]!);
  return dataset.nextObservations
    ? { dataset, rows, nextObservations: dataset.nextObservations, nextRows: rows, nextActionRows: following }
    : {
        dataset,
        rows,
        nextObservations: dataset.observations,
        nextRows: following,
        nextActionRows: following,
      };
}

/**
 * Views every row of a dataset, for what needs no next observation: behaviour cloning. That of a row is arbitrary where none was logged, so
 * sample only what was observed and done there.
 */
export function everyRow(dataset: Dataset): Transitions {
  return storedTransitions(dataset, dataset.nextObservations ?? dataset.observations);
}

/** Options of {@link qlearningTransitions}. */
export interface QlearningTransitionsOptions {
  /** Uses the logged next observations and keeps all rows instead: strictly more data. @default false */
  readonly keepTimeouts?: boolean;
}

/**
 * Views a dataset as D4RL's `qlearning_dataset` does (Fu et al. 2020), for results that can be compared with others':
 *
 * - the next observation is that of the following row, also where next observations were logged: after a
 *   terminated row it belongs to the next episode (the `terminated` mask hides it from Q-learning);
 * - rows with a time-out are dropped, terminated or not, and so is the last row, whatever its flags.
 *
 * The next action is likewise that of the following row.
 *
 * @throws LamoError `missing-column` if `keepTimeouts` is asked for and no next observations were logged
 */
export function qlearningTransitions(
  dataset: Dataset,
  { keepTimeouts = false }: QlearningTransitionsOptions = {},
): Transitions {
  if (keepTimeouts) {
    if (!dataset.nextObservations) throw missingNextObservations(dataset.name);
    return storedTransitions(dataset, dataset.nextObservations);
  }
  const rows = selectRows(dataset.size - 1, (row) => dataset.truncated[row] === 0);
  const following = rows.map((row) => row + 1);
  return {
    dataset,
    rows,
    nextObservations: dataset.observations,
    nextRows: following,
    nextActionRows: following,
  };
}

const WHERE = 'data/transitions';

function storedTransitions(dataset: Dataset, nextObservations: ColumnArray): Transitions {
  const rows = selectRows(dataset.size, () => true);
  return { dataset, rows, nextObservations, nextRows: rows };
}

function selectRows(size: number, keep: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) if (keep(row)) rows[count++] = row;
  return count === size ? rows : rows.slice(0, count);
}

function missingNextObservations(name: string): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'missing-column',
    problem: `\`${name}\` has no next observations, so rows with a time-out have no successor`,
    expected: '`nextObservations`',
    received: 'none',
    hint: 'Leave `keepTimeouts` out.',
  });
}
