import type { Dataset, DatasetWarning } from '@lamo/core';
import { classCount } from './action-space';
import { columnWarnings, listNumbers } from './column-warnings';
import { cutWarnings } from './cut-warnings';
import { duplicateWarnings } from './duplicate-columns';
import { countFinishedEpisodes } from './episodes';
import { imageShape, seemsChannelsFirst } from './observation-space';
import { rowOrder } from './row-order';

/**
 * Lists what is allowed in a dataset but rarely intended: what its reader noticed ({@link Dataset.warnings}), episodes that
 * almost never or almost always end, rows out of order, numbers that are observed only where episodes were cut, columns with little or no information or with what is yet to come, classes that never
 * occur. Libraries print nothing: show
 * the warnings to whoever trains on the data, as `lamo train` and `lamo inspect` do.
 *
 * @param known what was said of the data, and is no reason to doubt: with `oneStep`, that each row is an episode
 * @returns an empty list for ordinary data
 */
export function datasetWarnings(
  dataset: Dataset,
  known: { readonly oneStep?: boolean } = {},
): DatasetWarning[] {
  return [
    ...(dataset.warnings ?? []),
    ...episodeWarnings(dataset).filter(({ code }) => code !== 'every-row-ends' || known.oneStep !== true),
    ...orderWarnings(dataset),
    ...cutWarnings(dataset),
    ...columnWarnings(dataset),
    ...duplicateWarnings(dataset),
    ...classWarnings(dataset),
    ...imageWarnings(dataset),
  ];
}

function episodeWarnings(dataset: Dataset): DatasetWarning[] {
  const { name, size } = dataset;
  const finished = countFinishedEpisodes(dataset);
  const check = 'Check how the flags are read.';
  if (finished === 0) {
    const code = 'no-finished-episode';
    const fact = `None of the ${size} rows of \`${name}\` ends an episode: all of them are one unfinished episode`;
    return [{ code, message: `${fact}. ${check} This is only right for a single stream that never ends.` }];
  }
  if (dataset.episodeEnds.length === 1 && size > 1) {
    const fact = `All ${size} rows of \`${name}\` are one episode`;
    return [{ code: 'one-episode', message: `${fact}. ${check}` }];
  }
  if (finished === size && size > 1) {
    const fact = `Each of the ${size} rows of \`${name}\` is an episode`;
    const hint =
      'This is only right if a decision changes nothing of what comes next. If the flags mark where episodes continue, as masks do, invert them.';
    return [{ code: 'every-row-ends', message: `${fact}. ${hint}` }];
  }
  if (2 * finished > size && size > 1) {
    const fact = `${finished} of the ${size} rows of \`${name}\` end an episode`;
    const hint = 'If the flags mark where episodes continue, as masks do, invert them.';
    return [{ code: 'most-rows-end', message: `${fact}. ${hint}` }];
  }
  return [];
}

function orderWarnings(dataset: Dataset): DatasetWarning[] {
  const { followed, breaks } = rowOrder(dataset);
  if (breaks === 0) return [];
  const fact = `${breaks} of ${followed} rows inside the episodes of \`${dataset.name}\` have a next observation that differs from the observation of the following row`;
  const hint =
    'Returns, windows and next actions are read in the order of the rows: sort the log by episode and step, and mark every end.';
  return [{ code: 'rows-out-of-order', message: `${fact}. ${hint}` }];
}

/** Images whose height is what the number of channels usually is. */
function imageWarnings(dataset: Dataset): DatasetWarning[] {
  const shape = imageShape(dataset);
  if (shape === undefined || !seemsChannelsFirst(shape)) return [];
  const [height, width, channels] = shape;
  const fact = `Images of \`${dataset.name}\` are ${height} high and ${width} wide, with ${channels} channels: that seems to be the shape of images with their channels first`;
  const hint = 'If they are, move the channels to the end; the shape is [height, width, channels].';
  return [{ code: 'channels-first', message: `${fact}. ${hint}` }];
}

/** Classes that were declared and never chosen. */
function classWarnings(dataset: Dataset): DatasetWarning[] {
  const count = classCount(dataset);
  if (count === undefined) return [];
  const seen = new Set(dataset.actions);
  const unseen = Array.from({ length: count }, (_, action) => action).filter((action) => !seen.has(action));
  if (unseen.length === 0) return [];
  const fact = `${unseen.length} of the ${count} classes of actions never occur in \`${dataset.name}\`: ${listNumbers(unseen)}`;
  const hint = 'Nothing says what they are worth. If there are fewer classes, say so.';
  return [{ code: 'unseen-classes', message: `${fact}. ${hint}` }];
}
