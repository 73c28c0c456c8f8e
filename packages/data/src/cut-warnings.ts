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
  const cuts = cutRows(dataset);
  if (cuts.length < LEAST_CUTS) return [];
  const { rows } = transitions(dataset);
  if (rows.length === 0) return [];
  const after = dataset.nextObservations ?? observations;
  const names = observationColumns(dataset);
  const found = Array.from({ length: width }, (_, column) => column).flatMap((column) => {
    const known = rangeOf(rows, (row) => observations[row * width + column]!);
    const cut = rangeOf(cuts, (row) => after[row * width + column]!);
    if (cut[0] <= known[1] && cut[1] >= known[0]) return [];
    const label = names[column] === null ? `column ${column}` : `"${names[column]}"`;
    return [`${label} is ${inWords(cut)}, and ${inWords(known)} wherever something is known to follow`];
  });
  if (found.length === 0) return [];
  const fact = `Where the ${cuts.length} episodes of \`${name}\` that were cut end, ${found.join('; ')}`;
  const hint =
    'So nothing says what is still to be earned there, and methods that learn values (IQL, CQL, TD3+BC, FQE …) make it up. If what comes after the ends does not count, they are `terminated`, not `truncated`; if it does, do not observe what only tells how far an episode is.';
  return [{ code: 'unknown-after-cut', message: `${fact}. ${hint}` }];
}

type Range = readonly [low: number, high: number];

/** Observations are 32-bit: 0.9 is a little less in them. */
const show = (value: number) => String(Number(value.toPrecision(6)));
const inWords = ([low, high]: Range) => (low === high ? show(low) : `from ${show(low)} to ${show(high)}`);

/** The last rows of episodes that ended though something would have followed. */
function cutRows({ episodeEnds, terminated }: Dataset): number[] {
  return Array.from(episodeEnds, (end) => end - 1).filter((row) => terminated[row] === 0);
}

function rangeOf(rows: ArrayLike<number>, read: (row: number) => number): Range {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < rows.length; i++) {
    const value = read(rows[i]!);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
