import type { Environment, Policy } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { type Episode, episodeSeed, evaluate } from './evaluate';
import { randomPolicy } from './policies/random-policy';
import { waypointPolicy } from './policies/waypoint-policy';

/** Counts up from the seed's last digit; ends at 10, is cut after 6 steps, and pays what the action says. */
function countingEnvironment(log: { disposed: number }): Environment {
  const observation = new Float64Array(1);
  let steps = 0;
  return {
    spec: {
      id: 'counting',
      observationSize: 1,
      actionSize: 1,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: 6,
    },
    reset(seed = 0) {
      steps = 0;
      observation[0] = seed % 10;
      return observation;
    },
    step(action) {
      steps += 1;
      observation[0] = observation[0]! + 1;
      const terminated = observation[0] >= 10;
      return { observation, reward: action[0]!, terminated, truncated: !terminated && steps >= 6 };
    },
    dispose() {
      log.disposed += 1;
    },
  };
}

/** Acts by the observation alone, and notes how it is used. */
function memorylessPolicy(): Policy & { readonly batches: number[]; readonly rewards: number[][] } {
  const batches: number[] = [];
  const rewards: number[][] = [];
  return {
    batches,
    rewards,
    reset: (batch) => batches.push(batch),
    act: async (observations, previousRewards) => {
      rewards.push(Array.from(previousRewards));
      return Float32Array.from(observations, (value) => value / 20);
    },
  };
}

const DEFAULT_TARGET = 1.25;

/** Takes in each step what it still has to earn, or as much as is allowed; keeps count by the rewards. */
function earningPolicy(): Policy {
  let missing = new Float32Array(0);
  return {
    reset(batch, targetReturns = new Float32Array(batch).fill(DEFAULT_TARGET)) {
      missing = Float32Array.from(targetReturns);
    },
    async act(_, previousRewards) {
      missing = missing.map((value, slot) => value - previousRewards[slot]!);
      return missing.map((value) => Math.min(1, value));
    },
  };
}

async function collect(episodes: AsyncIterable<Episode>): Promise<Episode[]> {
  const all: Episode[] = [];
  for await (const episode of episodes) all.push(episode);
  return all.sort((a, b) => a.index - b.index);
}

describe('evaluate', () => {
  const create = () => countingEnvironment({ disposed: 0 });

  it('adds up rewards and steps, and tells ended from cut', async () => {
    const episodes = await collect(evaluate(memorylessPolicy(), create, { episodes: 20 }));
    expect(episodes.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    for (const episode of episodes) {
      const start = episode.seed % 10;
      const length = Math.min(6, 10 - start);
      const sum = Array.from({ length }, (_, t) => Math.fround((start + t) / 20)).reduce((a, b) => a + b, 0);
      expect(episode.length).toBe(length);
      expect(episode.terminated).toBe(10 - start <= 6);
      expect(episode.return).toBeCloseTo(sum, 12);
    }
    expect(new Set(episodes.map(({ terminated }) => terminated)).size).toBe(2);
  });

  it('gives the same episodes whatever the batch', async () => {
    const one = await collect(evaluate(memorylessPolicy(), create, { episodes: 7, seed: 3, batch: 1 }));
    for (const batch of [2, 3, 7, 50]) {
      expect(await collect(evaluate(memorylessPolicy(), create, { episodes: 7, seed: 3, batch }))).toEqual(
        one,
      );
    }
    expect(await collect(evaluate(memorylessPolicy(), create, { episodes: 7, seed: 4 }))).not.toEqual(one);
  });

  it('gives the same episodes whatever the batch in a maze too', async () => {
    const options = { episodes: 5, seed: 1 };
    // A proportional controller without memory.
    const policy: Policy = {
      reset() {},
      act: async (observations) =>
        Float32Array.from({ length: observations.length / 2 }, (_, i) => {
          const slot = Math.floor(i / 2) * 4;
          return 1 - observations[slot + (i % 2)]! - 0.1 * observations[slot + 2 + (i % 2)]!;
        }),
    };
    const one = await collect(evaluate(policy, 'maze2d-umaze-dense-v1', { ...options, batch: 1 }));
    expect(await collect(evaluate(policy, 'maze2d-umaze-dense-v1', { ...options, batch: 4 }))).toEqual(one);
    expect(one.map(({ length }) => length)).toEqual([300, 300, 300, 300, 300]);
  });

  it('keeps one batch size, though the last episodes do not fill it', async () => {
    const policy = memorylessPolicy();
    await collect(evaluate(policy, create, { episodes: 5, batch: 3 }));
    expect(policy.batches).toEqual([3, 3]);
    expect(new Set(policy.rewards.map(({ length }) => length))).toEqual(new Set([3]));
  });

  it('tells the policy what the last step paid, and 0 after a reset', async () => {
    const policy = memorylessPolicy();
    const [episode] = await collect(evaluate(policy, create, { episodes: 1, record: true }));
    const { rewards } = episode!.trajectory!;
    expect(policy.rewards.map(([reward]) => reward)).toEqual([0, ...rewards.slice(0, -1)]);
  });

  it('records what was seen, done and paid', async () => {
    const [episode] = await collect(evaluate(memorylessPolicy(), create, { episodes: 1, record: true }));
    const { observations, actions, rewards, infos } = episode!.trajectory!;
    const { length, seed } = episode!;
    expect(Array.from(observations)).toEqual(Array.from({ length: length + 1 }, (_, t) => (seed % 10) + t));
    expect(actions).toBeAllClose(
      observations.subarray(0, length).map((value) => value / 20),
      { absolute: 0 },
    );
    expect(rewards).toBeAllClose(actions, { absolute: 0 });
    expect(infos).toEqual({});
  });

  it('records the physical state before each action where there is one', async () => {
    const options = { episodes: 1, record: true };
    const [episode] = await collect(evaluate(waypointPolicy('umaze'), 'maze2d-umaze-v1', options));
    const { observations, infos } = episode!.trajectory!;
    expect(infos.qpos!.data.length).toBe(300 * infos.qpos!.width);
    expect(infos.qpos!.data.subarray(20, 22)).toBeAllClose(observations.subarray(40, 42), { relative: 1e-7 });
  });

  it('refuses a physical state that is not finite where it is recorded, with environment and step', async () => {
    const qpos = Float64Array.of(0, 0);
    const broken = () => {
      const environment = countingEnvironment({ disposed: 0 });
      let steps = 0;
      const step = (action: ArrayLike<number>) => {
        steps += 1;
        if (steps === 2) qpos[1] = Number.NaN;
        return environment.step(action);
      };
      return Object.assign({ ...environment, step }, { qpos });
    };
    const play = (record: boolean) => collect(evaluate(memorylessPolicy(), broken, { episodes: 1, record }));
    await expect(play(true)).rejects.toThrow(
      /In step 2 of the episode with seed .* component 1 of `qpos` must be a finite/,
    );
    expect(await play(false)).toHaveLength(1);
  });

  describe('with several target returns', () => {
    const play = (options: object) =>
      collect(evaluate(earningPolicy(), create, { targetReturns: [4, 2.5], ...options }));

    it('has each of them followed, from equal starts', async () => {
      const episodes = await play({ episodes: 8, seed: 5 });
      expect(episodes.map(({ index }) => index)).toEqual(Array.from({ length: 16 }, (_, i) => i));
      expect(episodes.map(({ targetReturn }) => targetReturn)).toEqual(Array(8).fill([4, 2.5]).flat());
      const seeds = Array.from({ length: 8 }, (_, start) => episodeSeed(5, start));
      expect(episodes.map(({ seed }) => seed)).toEqual(seeds.flatMap((seed) => [seed, seed]));
      for (const { seed, targetReturn, length, return: earned } of episodes) {
        expect(length).toBe(Math.min(6, 10 - (seed % 10)));
        expect(earned).toBe(Math.min(targetReturn!, length));
      }
    });

    it('gives the same episodes whatever the batch', async () => {
      const one = await play({ episodes: 5, batch: 1 });
      for (const batch of [2, 3, 4, 100]) expect(await play({ episodes: 5, batch })).toEqual(one);
    });

    it('plays each target as it would be played alone', async () => {
      const both = await play({ episodes: 5 });
      const alone = await play({ episodes: 5, targetReturns: [2.5] });
      const second = both.filter(({ targetReturn }) => targetReturn === 2.5);
      expect(alone).toEqual(second.map((episode, index) => ({ ...episode, index })));
    });

    it('leaves the target to the policy where none is asked for', async () => {
      const own = await play({ episodes: 5, targetReturns: [] });
      const asked = await play({ episodes: 5, targetReturns: [DEFAULT_TARGET] });
      expect(own.map((episode) => ({ ...episode, targetReturn: DEFAULT_TARGET }))).toEqual(asked);
      expect(own[0]).not.toHaveProperty('targetReturn');
    });

    it.each([[[1, Number.NaN]], [[3600, 3600]]])('refuses %j', async (targetReturns) => {
      await expect(play({ targetReturns })).rejects.toThrow('finite numbers, each once');
    });
  });

  it('disposes its environments when it ends, when the caller stops, and when something fails', async () => {
    const log = { disposed: 0 };
    const source = () => countingEnvironment(log);
    await collect(evaluate(memorylessPolicy(), source, { episodes: 4, batch: 2 }));
    expect(log.disposed).toBe(2);
    for await (const _ of evaluate(memorylessPolicy(), source, { episodes: 9, batch: 3 })) break;
    expect(log.disposed).toBe(5);
    const failing: Policy = { reset() {}, act: () => Promise.reject(new Error('out of memory')) };
    await expect(collect(evaluate(failing, source, { episodes: 1 }))).rejects.toThrow('out of memory');
    expect(log.disposed).toBe(6);
  });

  it('stops when its signal is aborted', async () => {
    const log = { disposed: 0 };
    const stop = new AbortController();
    const run = async () => {
      for await (const _ of evaluate(memorylessPolicy(), () => countingEnvironment(log), {
        episodes: Number.POSITIVE_INFINITY,
        batch: 1,
        signal: stop.signal,
      })) {
        stop.abort(new Error('Ctrl-C'));
      }
    };
    await expect(run()).rejects.toThrow('Ctrl-C');
    expect(log.disposed).toBe(1);
  });

  it('refuses a policy of another action size', async () => {
    const policy = randomPolicy({ actionSize: 2, actionLow: -1, actionHigh: 1 });
    await expect(collect(evaluate(policy, 'hopper-v4', { episodes: 2 }))).rejects.toThrow(
      'Expected 6 numbers, [2, 3], received 4',
    );
  });

  it('refuses counts that are none, and unknown environments', async () => {
    const run = (options: object, id = 'hopper-v4') => collect(evaluate(memorylessPolicy(), id, options));
    await expect(run({ episodes: 0 })).rejects.toThrow('`episodes` must be a positive integer');
    await expect(run({ batch: 1.5 })).rejects.toThrow('`batch` must be a positive integer');
    await expect(run({}, 'walker2-v4')).rejects.toThrow('Did you mean "walker2d-v4"?');
  });
});
