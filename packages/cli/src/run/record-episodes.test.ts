import type { Visited } from '@lamo/algos';
import type { Episode } from '@lamo/eval';
import { expect, it } from 'vitest';
import { evaluationRecord } from '../../test/run-record';
import { recordEpisodes } from './record-episodes';
import { trajectoriesRecord } from './records';

const trajectory = {
  observations: Float32Array.of(0.123456, 1, 2),
  actions: Float32Array.of(-1, 1),
  rewards: Float32Array.of(1 / 3, 0),
  infos: { qpos: { width: 1, data: Float64Array.of(1 / 3, 2) } },
};

const played = (index: number, size = 1): Episode => {
  const observations = new Float32Array(3 * size);
  const wide = { ...trajectory, observations: size === 1 ? trajectory.observations : observations };
  return { index, seed: 10 + index, return: 1 / 3, length: 2, terminated: true, trajectory: wide };
};

it('keeps what is shown of an episode, in few digits', async () => {
  const record = await recordEpisodes(evaluationRecord([1]), [played(0), played(1), played(2)], 2);
  expect(record).toMatchObject({ observationSize: 1, episodes: [{ seed: 10 }, { seed: 11 }] });
  expect(record.episodes[0]).toEqual({
    ...{ seed: 10, return: 1 / 3, terminated: true, observations: [0.1235, 1, 2] },
    ...{ actions: [-1, 1], rewards: [0.333333, 0], qpos: [0.3333, 2] },
  });
});

it('says nothing of positions where nothing is simulated', async () => {
  const { infos: _, ...plain } = trajectory;
  const { episodes } = await recordEpisodes(
    evaluationRecord([1]),
    [{ ...played(0), trajectory: { ...plain, infos: {} } }],
    1,
  );
  const [episode] = episodes;
  expect(episode).not.toHaveProperty('qpos');
});

it('stops before a recording has more than 4,000,000 numbers, but keeps one episode', async () => {
  const count = async (size: number) => {
    const all = [0, 1, 2, 3].map((i) => played(i, size));
    return (await recordEpisodes(evaluationRecord([1]), all, 4)).episodes.length;
  };
  expect(await count(1000)).toBe(4);
  expect(await count(500_000)).toBe(2);
  expect(await count(2_000_000)).toBe(1);
});

it('leaves out values that are no numbers, which could not be read back, and says so', async () => {
  const told: string[] = [];
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const judge = async () => ({ values: [1, odd], rewards: 'raw' }) as const;
    const record = await recordEpisodes(evaluationRecord([1]), [played(0)], 1, judge, ({ code }) =>
      told.push(code),
    );
    expect(trajectoriesRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record.episodes[0]).not.toHaveProperty('values');
  }
  expect(told).toEqual(Array(2).fill('values-not-finite'));
});

it('has what was done in the kept episodes judged, each action where it was taken, and nothing without a judge', async () => {
  const all = [played(0), played(1), played(2)];
  const asked: Visited[] = [];
  const judge = async (visited: Visited) => {
    asked.push(visited);
    return { values: [1 / 3, 2, 3, 4], rewards: 'transformed' } as const;
  };
  const record = await recordEpisodes(evaluationRecord([1]), all, 2, judge);
  const seen = trajectory.observations.subarray(0, 2); // what follows the last action is not judged
  expect(asked).toEqual([
    {
      observations: Float32Array.of(...seen, ...seen),
      actions: Float32Array.of(-1, 1, -1, 1),
    },
  ]);
  expect(record.valueRewards).toBe('transformed');
  expect(record.episodes.map(({ values }) => values)).toEqual([
    [0.333333, 2],
    [3, 4],
  ]);
  const unjudged = await recordEpisodes(evaluationRecord([1]), all, 2, async () => undefined);
  expect(unjudged).not.toHaveProperty('valueRewards');
  expect(unjudged.episodes[0]).not.toHaveProperty('values');
});
