import type { Dataset, DatasetWarning } from '@lamo/core';
import { classCount, fitStandardScaler, imageShape, type StandardScaler } from '@lamo/data';
import { classesHint, isWhole } from './action-bounds';

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

/** Observations that networks see badly: standardised or not. */
function scaleWarnings(dataset: Dataset, { normaliseObservations }: Settings): DatasetWarning[] {
  if (normaliseObservations === undefined || imageShape(dataset) !== undefined) return [];
  const { observations, observationSize } = dataset;
  const scales = fitStandardScaler(observations, observationSize, { epsilon: 0 });
  return normaliseObservations ? tinyWarnings(dataset, scales) : unscaledWarnings(dataset, scales);
}

/** What is added to standard deviations, in most algorithms, leaves little of a column that varies by less than a tenth of it. */
const TINY = 1e-4;

/** Columns that vary, but by so little that they stay small when they are standardised. */
function tinyWarnings({ name }: Dataset, { standardDeviation }: StandardScaler): DatasetWarning[] {
  const columns = [...standardDeviation.keys()].filter((i) => {
    const spread = standardDeviation[i]!;
    return spread > 0 && spread < TINY;
  });
  if (columns.length === 0) return [];
  const shown = listSome(columns, (i) => `standard deviation ${standardDeviation[i]!.toPrecision(3)}`);
  const fact = `Observations of \`${name}\` hardly vary in column ${shown}`;
  const hint =
    'Most algorithms add 0.001 to standard deviations, so that these columns hardly count: multiply them by a fixed number.';
  return [{ code: 'tiny-observations', message: `${fact}. ${hint}` }];
}

/** Columns that are far from mean 0 and spread 1, and stay so. */
function unscaledWarnings({ name }: Dataset, { mean, standardDeviation }: StandardScaler): DatasetWarning[] {
  const isFar = (i: number) => {
    const spread = standardDeviation[i]!;
    // A column that never changes is another matter.
    const isOdd = spread > SPREAD.most || (spread < SPREAD.least && spread > 0);
    return Math.abs(mean[i]!) > MEAN || isOdd;
  };
  const columns = [...mean.keys()].filter(isFar);
  if (columns.length === 0) return [];
  const shown = listSome(
    columns,
    (i) => `mean ${mean[i]!.toPrecision(3)}, standard deviation ${standardDeviation[i]!.toPrecision(3)}`,
  );
  const fact = `Observations of \`${name}\` are far from mean 0 and standard deviation 1 in column ${shown}, and are not standardised`;
  const hint = 'Most policies learn badly so: leave normaliseObservations on.';
  return [{ code: 'unscaled-observations', message: `${fact}. ${hint}` }];
}

/** The first three columns, each with what is said of it, and how many more there are. */
function listSome(columns: readonly number[], describe: (column: number) => string): string {
  const shown = columns.slice(0, 3).map((i) => `${i} (${describe(i)})`);
  const rest = columns.length > shown.length ? ` and ${columns.length - shown.length} more` : '';
  return `${shown.join(', ')}${rest}`;
}

/** Single columns of whole numbers, which may well be classes. A column for each class, one of them 1, is as it should be. */
function classWarnings(dataset: Dataset): DatasetWarning[] {
  const code = 'whole-number-actions';
  // Whoever read a log has said it of its column.
  const isSaid = dataset.warnings?.some((warning) => warning.code === code) === true;
  if (isSaid || classCount(dataset) !== undefined) return [];
  if (dataset.actionSize > 1 || dataset.size < 2 || !isWhole(dataset, 0)) return [];
  const fact = `All actions of \`${dataset.name}\` are whole numbers, and are taken for amounts: the policy will choose anything between them`;
  return [{ code, message: `${fact}. ${classesHint(dataset)}` }];
}
