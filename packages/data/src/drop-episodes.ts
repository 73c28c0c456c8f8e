import type { Dataset } from '@lamo/core';
import { countFinishedEpisodes, selectEpisodes } from './episodes';
import { episodeReturns } from './returns';
import { checkRowOrder } from './row-order';

/**
 * Leaves out the finished episode with the highest return (the first of several), as LaMo's code does by mistake: its filter of
 * the best X % sorts the wrong way round and stops one episode short, also at 100 %. Only for comparison with its results. The
 * reference fits the statistics of observations before this. A single episode stays.
 *
 * @throws LamoError `rows-out-of-order`
 */
export function dropBestEpisode(dataset: Dataset): Dataset {
  return dropEpisode(dataset, (value, best) => value > best);
}

/**
 * Leaves out the finished episode with the lowest return (the first of several), as Wiki-RL's code does by mistake: its filter of
 * the best X % stops one episode short, also at 100 %. Only for comparison with its results. The reference fits the statistics of
 * observations before this. A single episode stays.
 *
 * @throws LamoError `rows-out-of-order`
 */
export function dropWorstEpisode(dataset: Dataset): Dataset {
  return dropEpisode(dataset, (value, worst) => value < worst);
}

/** Drops the finished episode that `isAhead` puts before all others. */
function dropEpisode(dataset: Dataset, isAhead: (value: number, other: number) => boolean): Dataset {
  checkRowOrder(dataset, 'data/drop-episodes', 'returns');
  const finished = countFinishedEpisodes(dataset);
  if (finished < 2) return dataset;
  const returns = episodeReturns(dataset);
  let dropped = 0;
  for (let episode = 1; episode < finished; episode++) {
    if (isAhead(returns[episode]!, returns[dropped]!)) dropped = episode;
  }
  const kept = Array.from(returns.keys()).filter((episode) => episode !== dropped);
  return selectEpisodes(dataset, kept);
}
