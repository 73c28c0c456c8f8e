import type { Dataset, DatasetWarning } from '@lamo/core';
import { classCount, fitStandardScaler, imageShape } from '@lamo/data';
import { CLASSES_HINT, isWhole } from './action-bounds';

/** Settings that decide whether something about the data is doubtful. */
interface Settings {
  readonly normaliseObservations?: boolean;
}

/** What networks bear without standardised observations: a mean within ±5, and a spread between these. */
const MEAN = 5;
const SPREAD = { least: 0.01, most: 20 };

/** Tells what is allowed in a training on a dataset, and seldom meant. */
export function trainingWarnings(dataset: Dataset, settings: Settings): DatasetWarning[] {
  return [...scaleWarnings(dataset, settings), ...classWarnings(dataset)];
}

/** Observations that are far from mean 0 and spread 1, and stay so. */
function scaleWarnings(dataset: Dataset, { normaliseObservations }: Settings): DatasetWarning[] {
  if (normaliseObservations !== false || imageShape(dataset) !== undefined) return [];
  const { observations, observationSize, name } = dataset;
  const { mean, standardDeviation } = fitStandardScaler(observations, observationSize, { epsilon: 0 });
  const isFar = (i: number) => {
    const spread = standardDeviation[i]!;
    // A column that never changes is another matter.
    const isOdd = spread > SPREAD.most || (spread < SPREAD.least && spread > 0);
    return Math.abs(mean[i]!) > MEAN || isOdd;
  };
  const columns = [...mean.keys()].filter(isFar);
  if (columns.length === 0) return [];
  const shown = columns
    .slice(0, 3)
    .map(
      (i) =>
        `${i} (mean ${mean[i]!.toPrecision(3)}, standard deviation ${standardDeviation[i]!.toPrecision(3)})`,
    );
  const rest = columns.length > shown.length ? ` and ${columns.length - shown.length} more` : '';
  const fact = `Observations of \`${name}\` are far from mean 0 and standard deviation 1 in column ${shown.join(', ')}${rest}, and are not standardised`;
  const hint = 'Most policies learn badly so: leave normaliseObservations on.';
  return [{ code: 'unscaled-observations', message: `${fact}. ${hint}` }];
}

/** Single columns of whole numbers, which may well be classes. A column for each class, one of them 1, is as it should be. */
function classWarnings(dataset: Dataset): DatasetWarning[] {
  if (classCount(dataset) !== undefined) return [];
  if (dataset.actionSize > 1 || dataset.size < 2 || !isWhole(dataset, 0)) return [];
  const fact = `All actions of \`${dataset.name}\` are whole numbers, and are taken for amounts: the policy will choose anything between them`;
  return [{ code: 'whole-number-actions', message: `${fact}. ${CLASSES_HINT}` }];
}
