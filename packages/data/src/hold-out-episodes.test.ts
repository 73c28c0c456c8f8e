import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { holdOutEpisodes } from './hold-out-episodes';

/** Episodes of two rows each, whose observations are the number of the episode. */
function numbered(episodes: number) {
  const rows = Array.from({ length: 2 * episodes }, (_, row) => row);
  return createDataset({
    observations: rows.map((row) => [Math.floor(row / 2)]),
    actions: rows.map(() => [0]),
    rewards: rows.map(() => 1),
    terminated: rows.map((row) => row % 2 === 1),
  });
}

describe('holdOutEpisodes', () => {
  it('parts a dataset into two that share no episode and leave out none', () => {
    const { training, heldOut } = holdOutEpisodes(numbered(20), 0.1);
    expect([training.size, heldOut.size]).toEqual([36, 4]);
    const episodes = [...training.observations, ...heldOut.observations].sort((a, b) => a - b);
    expect(episodes).toEqual([...numbered(20).observations]);
  });

  it('draws at random, and always the same ones', () => {
    const { heldOut } = holdOutEpisodes(numbered(50), 0.2);
    expect(holdOutEpisodes(numbered(50), 0.2).heldOut.observations).toEqual(heldOut.observations);
    const episodes = [...new Set(heldOut.observations)];
    const isOneStretch = episodes.every((episode, i) => i === 0 || episode === episodes[i - 1]! + 1);
    expect(isOneStretch).toBe(false);
  });

  it('leaves at least one episode to each part', () => {
    expect(holdOutEpisodes(numbered(3), 0.01).heldOut.episodeEnds.length).toBe(1);
    expect(holdOutEpisodes(numbered(3), 0.99).training.episodeEnds.length).toBe(1);
  });

  it.each([0, 1, -1, Number.NaN])('refuses the fraction %s', (fraction) => {
    expect(() => holdOutEpisodes(numbered(3), fraction)).toThrow(
      expect.objectContaining({ code: 'out-of-range' }),
    );
  });

  it('refuses a single episode', () => {
    expect(() => holdOutEpisodes(numbered(1), 0.5)).toThrow(/received 0\.5 of 1 episode/);
  });
});
