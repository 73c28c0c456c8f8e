import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { evaluate } from '../evaluate';
import { findEnvironment } from '../find-environment';
import { scriptedPlayer, someSkills } from './scripted-player';

it('completes all of the task that asks for what it does', async () => {
  const { spec } = findEnvironment('kitchen-complete-v0');
  const player = scriptedPlayer(() => ['microwave', 'kettle', 'light switch', 'slide cabinet']);
  const policy = await player.policy(spec, { seed: 0, noise: false });
  for await (const episode of evaluate(policy, spec.id, { episodes: 1, seed: 5 })) {
    expect(episode).toMatchObject({ return: 4, terminated: true });
  }
});

it('chooses other tasks, in another order, in each episode', () => {
  const rng = Rng.fromSeed(1);
  const plans = Array.from({ length: 50 }, () => someSkills(4)(rng));
  for (const plan of plans) expect(new Set(plan).size).toBe(4);
  expect(new Set(plans.flat()).size).toBe(6);
  expect(new Set(plans.map(String)).size).toBeGreaterThan(40); // of 360
});
