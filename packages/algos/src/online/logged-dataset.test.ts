import { Rng } from '@lamo/core';
import { classCount } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { pointEnvironment } from '../../test/point-environment';
import { createExperience } from './experience';
import { loggedDataset } from './logged-dataset';
import { Player, uniformPolicy } from './player';

/** Plays at random, and remembers what was played. */
async function play(kind: 'amounts' | 'classes') {
  const experience = createExperience({ environment: pointEnvironment(kind) });
  const rng = Rng.fromSeed(3);
  const player = new Player(experience.environment, experience.replay, rng);
  const policy = uniformPolicy(experience.environment.spec, rng.split('actions'));
  const played: number[] = [];
  await player.play(
    {
      reset() {},
      act: async (...seen) => {
        const action = await policy.act(...seen);
        played.push(action[0]!);
        return action;
      },
    },
    50,
  );
  return { experience, played };
}

describe('what was logged by acting, as a dataset,', () => {
  it('has the amounts that were played, not what networks have', async () => {
    const { experience, played } = await play('amounts');
    expect(Math.max(...played)).toBeGreaterThan(1);
    // To −1 … 1 and back in single precision.
    expect(loggedDataset(experience).actions).toBeAllClose(played, { absolute: 1e-6 });
  });

  it('has the classes that were played', async () => {
    const { experience, played } = await play('classes');
    const dataset = loggedDataset(experience);
    expect([...dataset.actions]).toEqual(played);
    expect(dataset.actionSize).toBe(1);
    expect(classCount(dataset)).toBe(3);
  });

  it('can be its first rows', async () => {
    const { experience, played } = await play('classes');
    expect([...loggedDataset(experience, 7).actions]).toEqual(played.slice(0, 7));
  });
});
