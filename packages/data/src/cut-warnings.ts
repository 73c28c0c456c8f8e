import type { Dataset, DatasetWarning } from '@lamo/core';
import { observationColumns } from './observation-columns';
import { imageShape } from './observation-space';
import { transitions } from './transitions';

/** Fewer ends may lie beyond everything else by chance. */
const LEAST_CUTS = 5;

/**
 * Warns of numbers that are observed where episodes were cut and nowhere else, as the last hour of every day. What follows a cut is
 * estimated from there, by methods that learn values; what is estimated there is never compared with anything that happened.
 */
export function cutWarnings(dataset: Dataset): DatasetWarning[] {
  if (imageShape(dataset) !== undefined) return [];
  const { name, observations, observationSize: width } = dataset;
  const { rows } = transitions(dataset);
  const after = dataset.nextObservations ?? observations;
  const cuts = cutRows(dataset);
  if (cuts.length < LEAST_CUTS || rows.length === 0) return [];
  const names = observationColumns(dataset);
  return Array.from({ length: width }, (_, column) => column).flatMap((column) => {
    const [low, high] = rangeOf(rows, (row) => observations[row * width + column]!);
    const [first, last] = rangeOf(cuts, (row) => after[row * width + column]!);
    if (first <= high && last >= low) return [];
    const found = first === last ? `is ${first}` : `is from ${first} to ${last}`;
    const label = names[column] === null ? `column ${column} of the observations` : `"${names[column]}"`;
    const fact = `Where the ${cuts.length} episodes of \`${name}\` that were cut end, ${label} ${found}, and from ${low} to ${high} wherever something is known to follow`;
    const hint =
      'So nothing says what is still to be earned there, and methods that learn values (IQL, CQL, TD3+BC, FQE …) make it up. If what comes after the ends does not count, they are `terminated`, not `truncated`; if it does, do not observe what only tells how far an episode is.';
    return [{ code: 'unknown-after-cut', message: `${fact}. ${hint}` }];
  });
}

/** The last rows of episodes that ended though something would have followed. */
function cutRows({ episodeEnds, terminated }: Dataset): number[] {
  return Array.from(episodeEnds, (end) => end - 1).filter((row) => terminated[row] === 0);
}

function rangeOf(rows: ArrayLike<number>, read: (row: number) => number): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < rows.length; i++) {
    const value = read(rows[i]!);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
