import type { Dataset, DatasetWarning } from '@lamo/core';
import { columnWarnings } from './column-warnings';
import { countFinishedEpisodes } from './episodes';
import { rowOrder } from './row-order';

/**
 * Tells what is allowed in a dataset but seldom meant: what its reader noticed ({@link Dataset.warnings}), episodes that
 * hardly end or end all the time, rows that do not follow each other, columns that say nothing or too little. Libraries print nothing: show it to
 * whoever trains on the data, as `lamo train` and `lamo inspect` do.
 *
 * @returns none for data that look as data should
 */
export function datasetWarnings(dataset: Dataset): DatasetWarning[] {
  return [
    ...(dataset.warnings ?? []),
    ...episodeWarnings(dataset),
    ...orderWarnings(dataset),
    ...columnWarnings(dataset),
  ];
}

function episodeWarnings(dataset: Dataset): DatasetWarning[] {
  const { name, size } = dataset;
  const finished = countFinishedEpisodes(dataset);
  const check = 'Check how the flags are read.';
  if (finished === 0) {
    const code = 'no-finished-episode';
    const fact = `None of the ${size} rows of \`${name}\` ends an episode: all of them are one unfinished episode`;
    return [{ code, message: `${fact}. ${check} Only for one stream without an end is this right.` }];
  }
  if (dataset.episodeEnds.length === 1 && size > 1) {
    const fact = `All ${size} rows of \`${name}\` are one episode`;
    return [{ code: 'one-episode', message: `${fact}. ${check}` }];
  }
  if (2 * finished > size && size > 1) {
    const fact = `${finished} of the ${size} rows of \`${name}\` end an episode`;
    const hint = 'If the flags say where episodes go on, as masks do, turn them round.';
    return [{ code: 'most-rows-end', message: `${fact}. ${hint}` }];
  }
  return [];
}

function orderWarnings(dataset: Dataset): DatasetWarning[] {
  const { followed, breaks } = rowOrder(dataset);
  if (breaks === 0) return [];
  const fact = `${breaks} of ${followed} rows inside the episodes of \`${dataset.name}\` are not followed by the row that their next observation leads to`;
  const hint =
    'Returns, windows and next actions are read in the order of the rows: sort the log by episode and step, and mark every end.';
  return [{ code: 'rows-out-of-order', message: `${fact}. ${hint}` }];
}
