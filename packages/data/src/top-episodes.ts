import type { Dataset } from '@lamo/core';
import { checkFraction, checkNumber, LamoError } from '@lamo/core';
import { countFinishedEpisodes, selectEpisodes } from './episodes';
import { episodeReturns } from './returns';
import { checkRowOrder } from './row-order';

const WHERE = 'data/top-episodes';

/** Options of {@link topEpisodes}. */
export interface TopEpisodesOptions {
  /** Discount of later rewards in the ranking. @default 1 */
  readonly discount?: number;
  /**
   * What the fraction counts: episodes (CORL), or rows (`steps`: the Decision Transformer's %BC), where the best episodes are kept
   * as long as they fit.
   * @default 'episodes'
   */
  readonly fractionOf?: 'episodes' | 'steps';
}

/**
 * Keeps the episodes with the highest returns, for filtered behaviour cloning (BC-X%), and at least one. An unfinished last
 * episode has no return yet and is left out. Of `corlSplit(dataset)` it keeps what CORL's `any_percent_bc` keeps.
 *
 * @param fraction in (0, 1]
 * @throws LamoError `out-of-range`, `no-finished-episode`, `rows-out-of-order`
 */
export function topEpisodes(
  dataset: Dataset,
  fraction: number,
  { discount = 1, fractionOf = 'episodes' }: TopEpisodesOptions = {},
): Dataset {
  checkFraction(WHERE, 'fraction', fraction);
  checkNumber(WHERE, 'discount', discount);
  checkRowOrder(dataset, WHERE, 'returns');
  const returns = episodeReturns(dataset, discount).subarray(0, countFinishedEpisodes(dataset));
  if (returns.length === 0) throw noFinishedEpisode(dataset.name);
  const best = Array.from(returns.keys()).sort((a, b) => returns[b]! - returns[a]!);
  const count =
    fractionOf === 'episodes' ? Math.floor(fraction * best.length) : countWithin(dataset, best, fraction);
  return selectEpisodes(dataset, best.slice(0, Math.max(1, count)));
}

/** How many of these episodes, from the first on, have together at most a given fraction of all rows. */
function countWithin({ episodeEnds }: Dataset, episodes: readonly number[], fraction: number): number {
  const lengths = episodes.map((episode) => episodeEnds[episode]! - (episodeEnds[episode - 1] ?? 0));
  let left = Math.floor(fraction * lengths.reduce((sum, length) => sum + length, 0));
  const tooLong = lengths.findIndex((length) => {
    left -= length;
    return left < 0;
  });
  return tooLong === -1 ? episodes.length : tooLong;
}

function noFinishedEpisode(name: string): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'no-finished-episode',
    problem: `\`${name}\` has no finished episode to rank`,
    expected: 'a row with terminated or truncated set',
    received: 'none',
    hint: 'If a time limit ended the episodes, give it: --max-episode-steps or `maxEpisodeSteps` when reading a file, `truncated` for arrays.',
  });
}
