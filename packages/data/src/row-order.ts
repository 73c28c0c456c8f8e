import type { Dataset } from '@lamo/core';
import { LamoError } from '@lamo/core';
import { imageShape } from './observation-space';
import { fitStandardScaler } from './scalers';

/** How far apart two equal observations may be, in standard deviations of their column. */
const TOLERANCE = 1e-3;

/** How the rows of a dataset follow each other. */
export interface RowOrder {
  /** Rows that are not the last one of their episode. */
  readonly followed: number;
  /** Those of them whose next observation differs from the following row's observation. */
  readonly breaks: number;
}

/** Tells whether the following row starts with this row's next observation; not for the last row of a dataset. */
export type FollowsOn = (row: number) => boolean;

/**
 * Compares the logged next observations with the observations of the following rows. Without logged next observations
 * there is nothing to compare: rows follow each other by definition, and no break is found.
 */
export function rowOrder(dataset: Dataset): RowOrder {
  const followsOn = compareRows(dataset);
  let followed = 0;
  let breaks = 0;
  let row = 0;
  for (const end of dataset.episodeEnds) {
    for (; row < end - 1; row++) {
      followed++;
      if (!followsOn(row)) breaks++;
    }
    row = end;
  }
  return { followed, breaks };
}

/** Prepares the comparison of {@link rowOrder} row by row. */
export function compareRows(dataset: Dataset): FollowsOn {
  const { observations, nextObservations, observationSize } = dataset;
  if (nextObservations === undefined) return () => true;
  // Bytes are not rounded: images that are the same are equal.
  const isImage = imageShape(dataset) !== undefined;
  const standardDeviation = isImage
    ? undefined
    : fitStandardScaler(observations, observationSize, { epsilon: 0 }).standardDeviation;
  return (row) => {
    const at = row * observationSize;
    for (let i = 0; i < observationSize; i++) {
      const distance = Math.abs(nextObservations[at + i]! - observations[at + observationSize + i]!);
      if (distance > TOLERANCE * (standardDeviation?.[i] ?? 0)) return false;
    }
    return true;
  };
}

/**
 * Refuses a dataset whose rows are out of order, for code that adds up or lines up the rows of an episode. Occasional
 * gaps are allowed: `datasetWarnings` reports them.
 *
 * @param where the part of the package that needs the order, for the error
 * @param use what it is needed for: `returns-to-go`
 * @throws LamoError `rows-out-of-order` if most rows do not start with the next observation of the row before
 */
export function checkRowOrder(dataset: Dataset, where: string, use: string): void {
  const { followed, breaks } = rowOrder(dataset);
  if (2 * breaks <= followed) return;
  throw new LamoError({
    where,
    code: 'rows-out-of-order',
    problem: `The rows of \`${dataset.name}\` are out of order, so ${use} cannot be computed`,
    expected: 'the rows of an episode one after the other, each with the next observation of the row before',
    received: `${breaks} of ${followed} rows that are followed by something else`,
    hint: 'Sort the log by episode and step, and mark where episodes end; or, if the order is right, leave out the next observations.',
  });
}
