import { expect, it } from 'vitest';
import { drawEpisodes, rowWeights } from './draw-episodes';

const LOG = { episodeEnds: Uint32Array.of(2, 3, 6), size: 6 };

it('every network learns from as many episodes as there are, whatever is judged', () => {
  const drawn = drawEpisodes(LOG, 50, 1);
  for (const counts of drawn) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(new Set(drawn.map(String)).size).toBeGreaterThan(5);
  expect(drawEpisodes(LOG, 50, 1)).toEqual(drawn);
  expect(drawEpisodes(LOG, 50, 2)).not.toEqual(drawn);
  // Three draws of one in three, fifty times: 50 on average, 5.8 as deviation.
  const first = drawn.reduce((sum, counts) => sum + counts[0]!, 0);
  expect(Math.abs(first - 50)).toBeLessThan(20);
});

it('every row counts as often as its episode', () => {
  const weights = rowWeights(LOG, [Uint32Array.of(0, 1, 2), Uint32Array.of(3, 0, 0)]);
  expect([...weights]).toEqual([0, 3, 0, 3, 1, 0, 2, 0, 2, 0, 2, 0]);
});
