import { describe, expect, it } from 'vitest';
import { Replay } from './replay';
import { transitions } from './transitions';

const sizes = { name: 'walk', observationSize: 2, actionSize: 1 };

/** Row i: from [i, −i] by action i / 10 to [i + 1, −i − 1]. */
function filled(rows: number, ends: readonly number[] = []): Replay {
  const replay = new Replay(sizes);
  for (let i = 0; i < rows; i++)
    replay.add({
      observation: [i, -i],
      action: [i / 10],
      reward: 2 * i,
      nextObservation: [i + 1, -i - 1],
      terminated: ends.includes(i),
      truncated: false,
    });
  return replay;
}

describe('a replay', () => {
  it('is a dataset of the rows so far', () => {
    const dataset = filled(5, [1]).dataset();
    expect(dataset).toMatchObject({ name: 'walk', size: 5, lastEpisodeFinished: false });
    expect([...dataset.observations]).toEqual([0, -0, 1, -1, 2, -2, 3, -3, 4, -4]);
    expect([...dataset.nextObservations!.subarray(8)]).toEqual([5, -5]);
    expect([...dataset.rewards]).toEqual([0, 2, 4, 6, 8]);
    expect([...dataset.terminated]).toEqual([0, 1, 0, 0, 0]);
    expect([...dataset.episodeEnds]).toEqual([2, 5]);
    expect(transitions(dataset).rows).toHaveLength(5);
  });

  it('is a dataset of its first rows, if that is asked for', () => {
    const replay = filled(5, [1, 3]);
    expect(replay.dataset(3)).toMatchObject({ size: 3, lastEpisodeFinished: false });
    expect([...replay.dataset(3).episodeEnds]).toEqual([2, 3]);
    expect([...replay.dataset(4).episodeEnds]).toEqual([2, 4]);
    expect(replay.dataset(4).lastEpisodeFinished).toBe(true);
    expect(replay.dataset(4).observations).toHaveLength(8);
    expect(replay.dataset(9)).toEqual(replay.dataset());
  });

  it('keeps what it has where it grows, and leaves earlier datasets as they are', () => {
    const replay = filled(1000);
    const earlier = replay.dataset();
    for (let i = 0; i < 3000; i++)
      replay.add({
        observation: [7, 7],
        action: [1],
        reward: 1,
        nextObservation: [7, 7],
        terminated: false,
        truncated: i === 2999,
      });
    const { size, rewards, episodeEnds, lastEpisodeFinished } = replay.dataset();
    expect([size, rewards[999], rewards[1000], rewards[3999]]).toEqual([4000, 1998, 1, 1]);
    expect([[...episodeEnds], lastEpisodeFinished]).toEqual([[4000], true]);
    expect([earlier.size, earlier.rewards.length]).toEqual([1000, 1000]);
  });

  it('goes back to an earlier row, and on from there as if nothing had been', () => {
    const replay = filled(10, [2, 6]);
    replay.restore(replay.columns(), 5);
    expect(replay.dataset()).toEqual(filled(5, [2]).dataset());
  });

  it('refuses to go back to more than was saved, and to be a dataset of nothing', () => {
    const replay = filled(3);
    expect(() => replay.restore(replay.columns(), 4)).toThrow(
      expect.objectContaining({
        code: 'length-mismatch',
        message: expect.stringContaining('4 rows or more'),
      }),
    );
    expect(() => new Replay(sizes).dataset()).toThrow(expect.objectContaining({ code: 'empty-dataset' }));
  });
});
