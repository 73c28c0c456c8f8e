import { describe, expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { evaluate } from '../evaluate';
import { randomPolicy } from '../policies/random-policy';
import { waypointPolicy } from '../policies/waypoint-policy';
import { collectDataset } from './collect-dataset';

const actions = { actionSize: 3, actionLow: -1, actionHigh: 1 };

describe('collectDataset', () => {
  it('writes down whole episodes in their order, and cuts the last', async () => {
    const dataset = await collectDataset(randomPolicy(actions, 5), 'hopper-v4', { rows: 200, seed: 9 });
    const lengths: number[] = [];
    for await (const { length } of evaluate(randomPolicy(actions, 5), 'hopper-v4', {
      episodes: 30,
      seed: 9,
      batch: 1,
    })) {
      lengths.push(length);
    }
    let end = 0;
    const ends = lengths.map((length) => (end += length)).filter((row) => row <= 200);
    expect(dataset.size).toBe(200);
    expect(Array.from(dataset.episodeEnds)).toEqual(ends.at(-1) === 200 ? ends : [...ends, 200]);
    expect(dataset.terminated.reduce((a, b) => a + b, 0)).toBe(ends.length);
    expect(dataset.truncated.every((flag) => flag === 0)).toBe(true);
  });

  it('holds transitions that the environment repeats', async () => {
    const dataset = await collectDataset(randomPolicy(actions), 'hopper-v4', { rows: 100 });
    const { qpos, qvel } = dataset.infos;
    const environment = await openPhysical('hopper-v4');
    for (let t = 0; t < 100; t++) {
      environment.setState(qpos!.data.subarray(6 * t, 6 * t + 6), qvel!.data.subarray(6 * t, 6 * t + 6));
      const { observation, reward, terminated } = environment.step(
        dataset.actions.subarray(3 * t, 3 * t + 3),
      );
      // Float32 storage, and a solver that starts from rest instead of from the step before.
      const close = { absolute: 1e-6, relative: 1e-6 };
      expect(observation).toBeAllClose(dataset.nextObservations!.subarray(11 * t, 11 * t + 11), close);
      expect([reward]).toBeAllClose([dataset.rewards[t]!], close);
      expect(Number(terminated)).toBe(dataset.terminated[t]);
      if (dataset.terminated[t] === 0 && t < 99) {
        const next = dataset.observations.subarray(11 * t + 11, 11 * t + 22);
        expect(dataset.nextObservations!.subarray(11 * t, 11 * t + 11)).toEqual(next);
      }
    }
    environment.dispose();
  });

  it('marks the time limit as truncated, not as terminated', async () => {
    const options = { rows: 700, batch: 2, name: 'by way-points' };
    const dataset = await collectDataset(waypointPolicy('umaze'), 'maze2d-umaze-v1', options);
    expect(dataset.name).toBe('by way-points');
    expect(Array.from(dataset.episodeEnds)).toEqual([300, 600, 700]);
    expect(dataset.truncated[299]).toBe(1);
    expect(dataset.terminated.every((flag) => flag === 0)).toBe(true);
    expect(dataset.lastEpisodeFinished).toBe(false);
  });

  it('keeps the order of episodes that run side by side', async () => {
    const still = {
      reset() {},
      act: async (observations: Float32Array) => new Float32Array((observations.length / 11) * 3),
    };
    const one = await collectDataset(still, 'hopper-v4', { rows: 400, batch: 1 });
    expect(await collectDataset(still, 'hopper-v4', { rows: 400, batch: 4 })).toEqual(one);
  });
});
