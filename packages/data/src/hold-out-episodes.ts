import { type Dataset, LamoError, Rng } from '@lamo/core';
import { selectEpisodes } from './episodes';

/** A dataset in two parts that share no episode. */
export interface HeldOutEpisodes {
  /** The episodes to learn from. */
  readonly training: Dataset;
  /** The episodes to measure on. */
  readonly heldOut: Dataset;
}

/**
 * Holds out whole episodes, drawn at random but always the same ones of as many: rows of one episode tell much of each other.
 *
 * @param fraction of the episodes, rounded, at least one
 * @throws LamoError `out-of-range` if a part would be empty
 */
export function holdOutEpisodes(dataset: Dataset, fraction: number): HeldOutEpisodes {
  const episodes = dataset.episodeEnds.length;
  if (!(fraction > 0 && fraction < 1 && episodes >= 2)) throw outOfRange(dataset.name, fraction, episodes);
  const drawn = Rng.fromSeed(0).split('held-out').shuffle(Uint32Array.from(dataset.episodeEnds.keys()));
  const count = Math.min(Math.max(Math.round(fraction * episodes), 1), episodes - 1);
  return {
    training: selectEpisodes(dataset, drawn.subarray(count)),
    heldOut: selectEpisodes(dataset, drawn.subarray(0, count)),
  };
}

function outOfRange(name: string, fraction: number, episodes: number): LamoError {
  return new LamoError({
    where: 'data/episodes',
    code: 'out-of-range',
    problem: `No episodes of \`${name}\` can be held out`,
    expected: 'a fraction between 0 and 1, and at least two episodes',
    received: `${fraction} of ${episodes === 1 ? '1 episode' : `${episodes} episodes`}`,
  });
}
