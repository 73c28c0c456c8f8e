import { describe, expect, it } from 'vitest';
import { corlSplit } from './corl-split';
import { createDataset } from './dataset';
import { episodeReturns } from './returns';
import { topEpisodes } from './top-episodes';
import { transitions } from './transitions';

/** Rows that tell their number; the reward of each is a power of two, to tell sums apart. */
function dataset(size: number, ends: { terminated?: number[]; truncated?: number[] }) {
  const rows = Array.from({ length: size }, (_, row) => row);
  return createDataset({
    observations: rows,
    actions: rows,
    rewards: rows.map((row) => 2 ** row),
    terminated: rows.map((row) => ends.terminated?.includes(row) ?? false),
    truncated: rows.map((row) => ends.truncated?.includes(row) ?? false),
  });
}

describe('corlSplit', () => {
  // Three episodes of 4 rows that a time limit cut, as HalfCheetah's are; rows 3, 7 and 11 are never seen.
  const cheetah = dataset(12, { truncated: [3, 7, 11] });

  it('shifts episodes of equal length against the true ones, and loses the end', () => {
    const split = corlSplit(cheetah, 4);
    expect(Array.from(split.observations)).toEqual([0, 1, 2, 4, 5, 6, 8, 9]);
    expect(Array.from(split.episodeEnds)).toEqual([4, 8]);
    expect(Array.from(split.truncated)).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
    expect(split.lastEpisodeFinished).toBe(true);
  });

  it('keeps every row of the pieces a transition, and what followed it', () => {
    const { rows, nextRows, nextObservations } = transitions(corlSplit(cheetah, 4));
    expect(rows).toHaveLength(8);
    expect(Array.from(nextRows, (row) => nextObservations[row])).toEqual([1, 2, 3, 5, 6, 7, 9, 10]);
  });

  it('also cuts after terminated rows, and starts to count again', () => {
    const split = corlSplit(dataset(10, { terminated: [1] }), 4);
    expect(Array.from(split.episodeEnds)).toEqual([2, 6]);
    expect(Array.from(split.terminated)).toEqual([0, 1, 0, 0, 0, 0]);
    expect(Array.from(split.truncated)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('makes the pieces that CORL ranks', () => {
    // Rows 5, 6, 8 and 9 earn more than 0, 1, 2 and 4, and are of two episodes.
    const best = topEpisodes(corlSplit(cheetah, 4), 0.5);
    expect(Array.from(best.observations)).toEqual([5, 6, 8, 9]);
    expect(Array.from(episodeReturns(best))).toEqual([32 + 64 + 256 + 512]);
  });

  it('refuses data that it would leave nothing of', () => {
    expect(() => corlSplit(dataset(9, {}))).toThrow(expect.objectContaining({ code: 'no-finished-episode' }));
  });
});
