import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { joinDatasets } from './join-datasets';

const part = (name: string, first: number, isFinished = true, width = 1) =>
  createDataset({
    name,
    observations: [
      [first, 0],
      [first + 1, 0],
    ],
    nextObservations: [
      [first + 1, 0],
      [first + 2, 0],
    ],
    actions: [[0.5], [-0.5]],
    rewards: [first, first],
    terminated: [false, isFinished],
    infos: { qpos: { width, data: new Float64Array(2 * width).fill(first) } },
  });

describe('joining datasets', () => {
  it('puts one after the other, with all their columns', () => {
    const joined = joinDatasets('both', [part('one', 1), part('two', 5, false)]);
    expect(joined).toMatchObject({ name: 'both', size: 4, lastEpisodeFinished: false });
    expect([...joined.observations]).toEqual([1, 0, 2, 0, 5, 0, 6, 0]);
    expect([...joined.nextObservations!]).toEqual([2, 0, 3, 0, 6, 0, 7, 0]);
    expect([[...joined.rewards], [...joined.episodeEnds]]).toEqual([
      [1, 1, 5, 5],
      [2, 4],
    ]);
    expect([...joined.infos.qpos!.data]).toEqual([1, 1, 5, 5]);
  });

  it('refuses episodes that would run on into one another', () => {
    expect(() => joinDatasets('both', [part('one', 1, false), part('two', 5)])).toThrow(
      expect.objectContaining({ code: 'unfinished-episode', message: expect.stringContaining('`one`') }),
    );
  });

  it('refuses other columns', () => {
    expect(() => joinDatasets('both', [part('one', 1), part('two', 5, true, 3)])).toThrow(
      /qpos of 1.*qpos of 3/s,
    );
  });
});
