import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { countFinishedEpisodes, selectEpisodes, subsampleEpisodes } from './episodes';

/** Episodes of 2, 1, 3 and 1 rows with returns 3, 9, 6 and 100; the last is unfinished. Observation = row. */
const dataset = createDataset({
  observations: [0, 1, 2, 3, 4, 5, 6],
  actions: [0, 1, 2, 3, 4, 5, 6],
  rewards: [1, 2, 9, 0, 0, 6, 100],
  terminated: [0, 1, 0, 0, 0, 1, 0],
  truncated: [0, 0, 1, 0, 0, 0, 0],
  nextObservations: [1, 2, 3, 4, 5, 6, 7],
  infos: { qpos: { width: 2, data: Float64Array.from({ length: 14 }, (_, i) => i) } },
});

describe('selectEpisodes', () => {
  it('copies all columns of the chosen episodes in their old order', () => {
    const selected = selectEpisodes(dataset, [3, 1]);
    expect(selected).toMatchObject({
      size: 2,
      observations: Float32Array.of(2, 6),
      actions: Float32Array.of(2, 6),
      rewards: Float32Array.of(9, 100),
      terminated: Uint8Array.of(0, 0),
      truncated: Uint8Array.of(1, 0),
      nextObservations: Float32Array.of(3, 7),
      episodeEnds: Uint32Array.of(1, 2),
      lastEpisodeFinished: false,
      infos: { qpos: { width: 2, data: Float64Array.of(4, 5, 12, 13) } },
    });
  });

  it('gives back an equal dataset when all episodes are chosen', () => {
    expect(selectEpisodes(dataset, [0, 1, 2, 3])).toEqual(dataset);
  });

  it('says that there is not enough memory for a copy, and how to do without', () => {
    // Twice as many rows as any array can have.
    const endless = { ...dataset, episodeEnds: Uint32Array.of(2 ** 32 - 1, 0, 2 ** 32 - 1) };
    expect(() => selectEpisodes(endless, [0, 2])).toThrow(
      expect.objectContaining({ code: 'too-large', message: expect.stringMatching(/2 episodes.*heldOut/s) }),
    );
  });

  it.each([
    [[4], 'unknown-episode'],
    [[1, 1], 'unknown-episode'],
    [[], 'empty-dataset'],
  ])('refuses %j', (episodes, code) => {
    expect(() => selectEpisodes(dataset, episodes)).toThrow(expect.objectContaining({ code }));
  });
});

describe('subsampleEpisodes', () => {
  it('draws the rounded-down share of episodes, the same for the same seed', () => {
    const subset = subsampleEpisodes(dataset, 0.6, Rng.fromSeed(1));
    expect(subset.episodeEnds).toHaveLength(2);
    expect(subsampleEpisodes(dataset, 0.6, Rng.fromSeed(1))).toEqual(subset);
  });

  it('draws every episode about equally often', () => {
    const rng = Rng.fromSeed(2);
    const counts = new Map<number, number>();
    for (let i = 0; i < 4000; i++) {
      const [first] = subsampleEpisodes(dataset, 0.25, rng).observations;
      counts.set(first!, (counts.get(first!) ?? 0) + 1);
    }
    // 1000 expected for each of the four, standard deviation 27: five of them.
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(137);
  });

  it('keeps everything at ratio 1', () => {
    expect(subsampleEpisodes(dataset, 1, Rng.fromSeed(1))).toEqual(dataset);
    expect(countFinishedEpisodes(dataset)).toBe(3);
  });
});
