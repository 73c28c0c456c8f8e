import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { episodeReturns } from './returns';
import { topEpisodes } from './top-episodes';

/** Episodes of 2, 1, 3 and 1 rows with returns 3, 9, 6 and 100; the last is unfinished. */
const dataset = createDataset({
  observations: [0, 1, 2, 3, 4, 5, 6],
  actions: [0, 1, 2, 3, 4, 5, 6],
  rewards: [1, 2, 9, 0, 0, 6, 100],
  terminated: [0, 1, 0, 0, 0, 1, 0],
  truncated: [0, 0, 1, 0, 0, 0, 0],
});

describe('topEpisodes', () => {
  it('keeps the finished episodes with the highest returns', () => {
    expect(episodeReturns(topEpisodes(dataset, 0.67))).toEqual(Float64Array.of(9, 6));
  });

  it('keeps at least one, and never the unfinished one', () => {
    expect(topEpisodes(dataset, 0.01).rewards).toEqual(Float32Array.of(9));
    expect(topEpisodes(dataset, 1).size).toBe(6);
  });

  it('ranks by discounted returns when asked to', () => {
    // With discount 0.5 the third episode is worth 1.5, less than the first: 1 + 0.5 · 2 = 2.
    expect(topEpisodes(dataset, 0.67, { discount: 0.5 }).rewards).toEqual(Float32Array.of(1, 2, 9));
  });

  it('keeps the best while they fit, when the fraction is one of steps', () => {
    // From the best on, lengths are 1, 3 and 2 of 6 steps.
    const sizes = [0.01, 0.17, 0.66, 0.67, 0.99, 1].map(
      (fraction) => topEpisodes(dataset, fraction, { fractionOf: 'steps' }).size,
    );
    expect(sizes).toEqual([1, 1, 1, 4, 4, 6]);
  });

  it('keeps a best episode that does not fit, since it keeps one', () => {
    const long = createDataset({
      observations: [1, 2, 3, 4],
      actions: [1, 2, 3, 4],
      rewards: [0, 0, 9, 1],
      terminated: [0, 0, 1, 1],
    });
    expect(topEpisodes(long, 0.5, { fractionOf: 'steps' }).size).toBe(3);
  });

  it('refuses a dataset without a finished episode, and fractions that are none', () => {
    const stream = createDataset({ observations: [1], actions: [1], rewards: [1], terminated: [0] });
    expect(() => topEpisodes(stream, 0.5)).toThrow(expect.objectContaining({ code: 'no-finished-episode' }));
    for (const fraction of [0, 1.1, Number.NaN]) {
      expect(() => topEpisodes(dataset, fraction)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    }
  });
});
