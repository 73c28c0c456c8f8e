import type { Dataset } from '@lamo/core';
import { checkCount, LamoError } from '@lamo/core';
import { cutBySteps } from './cut-by-steps';
import { createDataset } from './dataset';
import { checkRowOrder } from './row-order';
import { qlearningTransitions } from './transitions';

const WHERE = 'data/split-by-steps';

/**
 * Copies D4RL's Q-learning view of a dataset into a new one whose episodes are the pieces of `cutBySteps`. Rows after the
 * last cut are lost. A piece that is not terminated counts as truncated.
 *
 * @throws LamoError `out-of-range`, `rows-out-of-order`; `no-finished-episode` if there is no cut
 */
export function splitBySteps(dataset: Dataset, steps: number, countAfterCut = 0): Dataset {
  checkCount(WHERE, 'steps', steps);
  checkRowOrder(dataset, WHERE, 'pieces');
  const view = qlearningTransitions(dataset);
  const cuts = cutBySteps(view, steps, countAfterCut);
  if (cuts.length === 0) throw nothingCut(dataset, steps);
  const size = cuts.at(-1)!;
  const rows = view.rows.subarray(0, size);

  const terminated = takeRows(dataset.terminated, 1, rows);
  const truncated = new Uint8Array(size);
  for (const end of cuts) truncated[end - 1] = 1 - terminated[end - 1]!;
  const infos = Object.entries(dataset.infos).map(
    ([name, { width, data }]) => [name, { width, data: takeRows(data, width, rows) }] as const,
  );
  const { name, observationSize, observationSpace, actionSize, actionSpace } = dataset;
  return createDataset({
    name,
    observationSize,
    observationSpace,
    actionSize,
    actionSpace,
    observations: takeRows(dataset.observations, observationSize, rows),
    actions: takeRows(dataset.actions, actionSize, rows),
    rewards: takeRows(dataset.rewards, 1, rows),
    terminated,
    truncated,
    nextObservations: takeRows(view.nextObservations, observationSize, view.nextRows.subarray(0, size)),
    infos: Object.fromEntries(infos),
  });
}

/** Copies rows of a [N, width] array. */
function takeRows<T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
  from: T,
  width: number,
  rows: Uint32Array,
): T {
  const into = new (from.constructor as new (length: number) => T)(rows.length * width);
  for (const [i, row] of rows.entries()) into.set(from.subarray(row * width, (row + 1) * width), i * width);
  return into;
}

function nothingCut({ name, size }: Dataset, steps: number): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'no-finished-episode',
    problem: `Cutting \`${name}\` every ${steps} rows leaves no complete piece`,
    expected: `a terminated row, or ${steps} rows without a time-out`,
    received: `${size} rows`,
    hint: 'Use the dataset as it is: its own flags say where episodes end.',
  });
}
