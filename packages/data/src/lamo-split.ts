import type { Dataset } from './contracts';
import { createDataset } from './dataset';
import { LamoError } from './errors';
import { qlearningTransitions } from './transitions';

/**
 * Cuts a dataset into episodes as LaMo's download script does: only for comparison with its results. It reads D4RL's
 * `qlearning_dataset`, in which rows with a time-out and the last row are missing, and so are the time-outs themselves. It
 * therefore cuts by counting, after a terminated row or after `steps` rows; the counter starts again at 1, so that all
 * pieces but the first are one row shorter.
 *
 * Episodes that a time limit ended run into the next one, HalfCheetah's begin ever later, and the rows after the last cut are lost.
 *
 * @param steps rows of the first piece at most
 * @throws LamoError `no-finished-episode` if nothing is cut off
 */
export function lamoSplit(dataset: Dataset, steps = 1000): Dataset {
  const { rows: seen, nextObservations, nextRows } = qlearningTransitions(dataset);
  const cuts = cutAfter(dataset.terminated, seen, steps);
  if (cuts.length === 0) throw nothingCut(dataset, steps);
  const size = cuts.at(-1)!;
  const rows = seen.subarray(0, size);

  const terminated = takeRows(dataset.terminated, 1, rows);
  const truncated = new Uint8Array(size);
  for (const end of cuts) truncated[end - 1] = 1 - terminated[end - 1]!;
  const infos = Object.entries(dataset.infos).map(
    ([name, { width, data }]) => [name, { width, data: takeRows(data, width, rows) }] as const,
  );
  const { name, observationSize, actionSize } = dataset;
  return createDataset({
    name,
    observationSize,
    actionSize,
    observations: takeRows(dataset.observations, observationSize, rows),
    actions: takeRows(dataset.actions, actionSize, rows),
    rewards: takeRows(dataset.rewards, 1, rows),
    terminated,
    truncated,
    nextObservations: takeRows(nextObservations, observationSize, nextRows.subarray(0, size)),
    infos: Object.fromEntries(infos),
  });
}

/** Finds where the script cuts: one past the last row of each piece, counted in the rows that it sees. */
function cutAfter(terminated: Uint8Array, rows: Uint32Array, steps: number): number[] {
  const cuts: number[] = [];
  let counter = 0;
  for (const [i, row] of rows.entries()) {
    if (terminated[row] === 1 || counter === steps - 1) {
      cuts.push(i + 1);
      counter = 0;
    }
    counter += 1; // after a cut, too
  }
  return cuts;
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
    where: 'data/lamo-split',
    code: 'no-finished-episode',
    problem: `LaMo's way of cutting leaves nothing of \`${name}\``,
    expected: `a terminated row, or ${steps} rows without a time-out`,
    received: `${size} rows`,
    hint: 'Use the dataset as it is: its own flags say where episodes end.',
  });
}
