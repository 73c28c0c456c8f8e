import type { ColumnArray } from '@lamo/core';
import { countFinishedEpisodes, episodeReturns, readBehaviourPolicy, readD4rl } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { openPhysical } from '../../test/open-physical';
import { evaluate } from '../evaluate';
import { mean, standardDeviation } from '../statistics/statistics';
import { behaviourPolicy } from './behaviour-policy';

const sets = [
  ['halfcheetah-medium-sac', 'halfcheetah-v4'],
  ['hopper-medium-sac', 'hopper-v4'],
] as const;

describe.each(sets)('%s, collected in Gymnasium,', (name, id) => {
  const path = fixturePath(`d4rl/${name}.hdf5`);

  it.skipIf(!path)('holds transitions that our environment repeats', async () => {
    const { size, actions, rewards, nextObservations, infos } = await readD4rl(path!);
    const { qpos, qvel } = infos;
    const environment = await openPhysical(id);
    const { observationSize, actionSize } = environment.spec;
    const row = <T extends ColumnArray | Float64Array | Int32Array>(data: T, width: number, t: number) => {
      return data.subarray(t * width, (t + 1) * width);
    };
    for (let t = 0; t < size; t += Math.floor(size / 500)) {
      environment.setState(row(qpos!.data, qpos!.width, t), row(qvel!.data, qvel!.width, t));
      const { observation, reward } = environment.step(row(actions, actionSize, t));
      // The file has float32. A reward divides the difference of two positions by 0.008 seconds or more.
      expect(observation).toBeAllClose(row(nextObservations!, observationSize, t), {
        absolute: 6e-8,
        relative: 6e-8,
      });
      expect([reward]).toBeAllClose([rewards[t]!], { absolute: 1e-6 });
    }
    environment.dispose();
  });

  it.skipIf(!path)(
    'has returns that its own policy earns in our environment',
    { timeout: 120_000 },
    async () => {
      const dataset = await readD4rl(path!, { infos: false });
      const logged = episodeReturns(dataset).subarray(0, countFinishedEpisodes(dataset));
      const policy = behaviourPolicy(await readBehaviourPolicy(path!), { seed: 1 });
      const returns: number[] = [];
      for await (const episode of evaluate(policy, id, { episodes: 24, seed: 1 }))
        returns.push(episode.return);
      // 3 standard errors of the difference of both means, which is to say something: less than a fifth of the return.
      const tolerance = 3 * standardDeviation(logged) * Math.sqrt(1 / returns.length + 1 / logged.length);
      expect(tolerance / mean(logged)).toBeLessThan(1 / 5);
      expect(Math.abs(mean(returns) - mean(logged))).toBeLessThan(tolerance);
    },
  );
});

describe('behaviourPolicy', () => {
  it('refuses a policy that it cannot compute', () => {
    const weights = {
      algorithm: 'SAC',
      nonlinearity: 'tanh',
      outputDistribution: 'tanh_gaussian',
      layers: {},
    };
    expect(() => behaviourPolicy(weights)).toThrow('received tanh, tanh_gaussian');
  });
});
