import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { dropBestEpisode, dropWorstEpisode } from './drop-episodes';

/** Episodes with returns 3, 9, 9, 1, 1 and, unfinished, 50. */
const rewards = [1, 2, 9, 4, 5, 1, 1, 50];
const dataset = createDataset({
  observations: rewards.map((_, row) => row),
  actions: rewards.map((_, row) => -row),
  rewards,
  terminated: [0, 1, 0, 0, 1, 1, 0, 0],
  truncated: [0, 0, 1, 0, 0, 0, 1, 0],
});
const single = createDataset({ observations: [1], actions: [1], rewards: [1], terminated: [1] });

describe('dropBestEpisode', () => {
  it('leaves out the first of the best finished episodes, and nothing else', () => {
    const { rewards, episodeEnds, lastEpisodeFinished } = dropBestEpisode(dataset);
    expect(Array.from(rewards)).toEqual([1, 2, 4, 5, 1, 1, 50]);
    expect(Array.from(episodeEnds)).toEqual([2, 4, 5, 6, 7]);
    expect(lastEpisodeFinished).toBe(false);
  });
});

describe('dropWorstEpisode', () => {
  it('leaves out the first of the worst finished episodes', () => {
    expect(Array.from(dropWorstEpisode(dataset).observations)).toEqual([0, 1, 2, 3, 4, 6, 7]);
  });
});

it('a single finished episode stays', () => {
  expect(dropBestEpisode(single)).toBe(single);
  expect(dropWorstEpisode(single)).toBe(single);
});
