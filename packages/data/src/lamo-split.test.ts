import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { lamoSplit } from './lamo-split';

/** A dataset whose observation and action tell the row. */
function dataset(size: number, ends: { terminated?: number[]; truncated?: number[] }) {
  const rows = Array.from({ length: size }, (_, row) => row);
  return createDataset({
    observations: rows,
    // Some differ from the following row, so that it shows which of both is read.
    nextObservations: rows.map((row) => (row % 3 === 0 ? row + 0.5 : row + 1)),
    actions: rows,
    rewards: rows,
    terminated: rows.map((row) => ends.terminated?.includes(row) ?? false),
    truncated: rows.map((row) => ends.truncated?.includes(row) ?? false),
    infos: { qpos: { width: 2, data: Float64Array.from(rows.flatMap((row) => [row, -row])) } },
  });
}

describe('lamoSplit', () => {
  it('shifts episodes of equal length against the true ones, and loses the end', () => {
    // Four episodes of 4 rows; rows 3, 7, 11 and 15 are never seen. Of 12 rows the first piece takes 4, the next two 3 each.
    const split = lamoSplit(dataset(16, { truncated: [3, 7, 11, 15] }), 4);
    expect(Array.from(split.observations)).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10, 12]);
    expect(Array.from(split.episodeEnds)).toEqual([4, 7, 10]);
    expect(Array.from(split.truncated)).toEqual([0, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
    expect(split.lastEpisodeFinished).toBe(true);
    // The next observation is the following row's in the file, logged ones are not read.
    expect(Array.from(split.nextObservations!)).toEqual([1, 2, 3, 5, 6, 7, 9, 10, 11, 13]);
    expect(Array.from(split.infos.qpos!.data.subarray(-4))).toEqual([10, -10, 12, -12]);
  });

  it('cuts HalfCheetah into 999 pieces and loses 998 rows', () => {
    const truncated = Array.from({ length: 1000 }, (_, episode) => 1000 * episode + 999);
    const size = 1_000_000;
    const flags = new Uint8Array(size);
    for (const row of truncated) flags[row] = 1;
    const zeros = new Float32Array(size);
    const cheetah = createDataset({
      observations: zeros,
      actions: zeros,
      rewards: zeros,
      terminated: new Uint8Array(size),
      truncated: flags,
    });
    const { episodeEnds } = lamoSplit(cheetah);
    expect(episodeEnds).toHaveLength(999);
    expect(Array.from(episodeEnds.subarray(0, 3))).toEqual([1000, 1999, 2998]);
    expect(999_000 - episodeEnds.at(-1)!).toBe(998);
  });

  it('respects terminated rows, and glues an episode that was cut to the following one', () => {
    const split = lamoSplit(dataset(9, { terminated: [1, 6], truncated: [3] }), 100);
    expect(Array.from(split.observations)).toEqual([0, 1, 2, 4, 5, 6]);
    expect(Array.from(split.episodeEnds)).toEqual([2, 6]);
    expect(Array.from(split.terminated)).toEqual([0, 1, 0, 0, 0, 1]);
    expect(Array.from(split.truncated)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('refuses data that it would leave nothing of', () => {
    expect(() => lamoSplit(dataset(9, {}))).toThrow(
      'Expected a terminated row, or 1000 rows without a time-out, received 9 rows',
    );
  });
});
