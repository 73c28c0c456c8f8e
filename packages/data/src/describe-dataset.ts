import type { ActionSpace, Dataset, ObservationSpace } from '@lamo/core';
import { countFinishedEpisodes } from './episodes';
import { episodeReturns } from './returns';

/** Mean and extremes of one figure over the finished episodes. */
export interface Summary {
  /** Their average. */
  readonly mean: number;
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
}

/** What a dataset holds, as plain data for tables and manifests. */
export interface DatasetDescription {
  /** Name of the dataset. */
  readonly name: string;
  /** N, its rows. */
  readonly rows: number;
  /** O, the numbers in one observation. */
  readonly observationSize: number;
  /** What observations are, if it is images, or if some columns have names. */
  readonly observationSpace?: ObservationSpace;
  /** A, the numbers in one action; 1 where it is a class. */
  readonly actionSize: number;
  /** What actions are chosen from, if it is classes. */
  readonly actionSpace?: ActionSpace;
  /** Episodes that ended by a flag. */
  readonly finishedEpisodes: number;
  /** Rows after the last finished episode. */
  readonly unfinishedRows: number;
  /** Rows with the flag set. */
  readonly terminated: number;
  /** Rows with the flag set. */
  readonly truncated: number;
  /** Undiscounted, of finished episodes; null if there is none. */
  readonly returns: Summary | null;
  /** Steps of finished episodes; null if there is none. */
  readonly lengths: Summary | null;
}

/** Counts rows and episodes and sums up returns and lengths. */
export function describeDataset(dataset: Dataset): DatasetDescription {
  const { name, size, observationSize, actionSize, episodeEnds } = dataset;
  const finishedEpisodes = countFinishedEpisodes(dataset);
  const ends = episodeEnds.subarray(0, finishedEpisodes);
  return {
    name,
    rows: size,
    observationSize,
    ...(dataset.observationSpace ? { observationSpace: dataset.observationSpace } : {}),
    actionSize,
    ...(dataset.actionSpace ? { actionSpace: dataset.actionSpace } : {}),
    finishedEpisodes,
    unfinishedRows: size - (ends.at(-1) ?? 0),
    terminated: countFlags(dataset.terminated),
    truncated: countFlags(dataset.truncated),
    returns: summarise(episodeReturns(dataset).subarray(0, finishedEpisodes)),
    lengths: summarise(ends.map((end, i) => end - (ends[i - 1] ?? 0))),
  };
}

function countFlags(flags: Uint8Array): number {
  let count = 0;
  for (const flag of flags) count += flag;
  return count;
}

function summarise(values: Float64Array | Uint32Array): Summary | null {
  if (values.length === 0) return null;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { mean: sum / values.length, min, max };
}
