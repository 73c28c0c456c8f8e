import { type Dataset, LamoError, Rng } from '@lamo/core';
import { selectEpisodes } from './episodes';

/** A dataset in two parts that share no episode. */
export interface HeldOutEpisodes {
  /** The episodes to learn from. */
  readonly training: Dataset;
  /** The episodes to measure on. */
  readonly heldOut: Dataset;
}

/** Numbers of episodes in two parts. */
export interface DrawnEpisodes {
  /** Those to learn from. */
  readonly training: Uint32Array;
  /** Those to measure on. */
  readonly heldOut: Uint32Array;
}

/**
 * Draws which episodes are held out, at random but always the same ones of as many. Nothing is copied.
 *
 * @param fraction of the episodes, rounded, at least one
 * @throws LamoError `out-of-range` if a part would be empty
 */
export function drawHeldOut(
  { name, episodeEnds }: Pick<Dataset, 'name' | 'episodeEnds'>,
  fraction: number,
): DrawnEpisodes {
  const episodes = episodeEnds.length;
  if (!(fraction > 0 && fraction < 1 && episodes >= 2)) throw outOfRange(name, fraction, episodes);
  const drawn = Rng.fromSeed(0).split('held-out').shuffle(Uint32Array.from(episodeEnds.keys()));
  const count = Math.min(Math.max(Math.round(fraction * episodes), 1), episodes - 1);
  return { training: drawn.subarray(count), heldOut: drawn.subarray(0, count) };
}

/**
 * Holds out whole episodes, those of {@link drawHeldOut}: rows of one episode tell much of each other.
 *
 * @throws LamoError `out-of-range` if a part would be empty
 */
export function holdOutEpisodes(dataset: Dataset, fraction: number): HeldOutEpisodes {
  const { training, heldOut } = drawHeldOut(dataset, fraction);
  return { training: selectEpisodes(dataset, training), heldOut: selectEpisodes(dataset, heldOut) };
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
