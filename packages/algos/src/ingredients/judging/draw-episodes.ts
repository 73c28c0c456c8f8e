import { type Dataset, Rng } from '@lamo/core';

/**
 * Draws for each of N networks as many episodes as there are, with replacement: what it would learn from if other episodes had been
 * logged (the bootstrap). The same seed draws the same ones, whatever policy is judged.
 *
 * @returns how often each network learns from each episode, [N][E]
 */
export function drawEpisodes(
  { episodeEnds }: Pick<Dataset, 'episodeEnds'>,
  networks: number,
  seed: number,
): readonly Uint32Array[] {
  const rng = Rng.fromSeed(seed).split('resampled-episodes');
  return Array.from({ length: networks }, () => {
    const counts = new Uint32Array(episodeEnds.length);
    for (let i = 0; i < counts.length; i++) counts[rng.integer(counts.length)]! += 1;
    return counts;
  });
}

/**
 * Copies to every row how often each network learns from its episode.
 *
 * @param counts of {@link drawEpisodes} [N][E]
 * @returns [rows, N]
 */
export function rowWeights(
  { episodeEnds, size }: Pick<Dataset, 'episodeEnds' | 'size'>,
  counts: readonly Uint32Array[],
): Float32Array {
  const weights = new Float32Array(size * counts.length);
  let row = 0;
  for (const [episode, end] of episodeEnds.entries()) {
    for (; row < end; row++)
      for (const [n, own] of counts.entries()) weights[row * counts.length + n] = own[episode]!;
  }
  return weights;
}
