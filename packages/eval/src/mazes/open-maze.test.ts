import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { d4rlReturns } from '../d4rl-returns';
import { mean } from '../statistics/statistics';
import { mazes } from './mazes';
import { createWaypointController } from './waypoint-controller';

const { open } = mazes;

/** Mean numbers of steps at the goal, and of exp(−distance), over 100 episodes of 50 steps from anywhere but the goal. */
async function returnsOf(act: (seen: Float64Array, action: Float32Array) => void) {
  const environment = await openPhysical('maze2d-open-v0');
  const starts = open.freeCells.filter((cell) => cell !== open.goal);
  const rng = Rng.fromSeed(1);
  const action = new Float32Array(2);
  const [sparse, dense]: [number[], number[]] = [[], []];
  for (let episode = 0; episode < 100; episode++) {
    const place = starts[rng.integer(starts.length)]!.map((middle) => middle + rng.uniform(-0.1, 0.1));
    let seen = environment.setState(place, [0.1 * rng.normal(), 0.1 * rng.normal()]);
    const distances = Array.from({ length: 50 }, () => {
      act(seen, action);
      seen = environment.step(action).observation as Float64Array;
      return Math.hypot(seen[0]! - open.goal[0], seen[1]! - open.goal[1]);
    });
    sparse.push(distances.filter((distance) => distance <= 0.5).length);
    dense.push(distances.reduce((sum, distance) => sum + Math.exp(-distance), 0));
  }
  environment.dispose();
  return [mean(sparse), mean(dense)] as const;
}

// The task has 150 steps, in which the controller gets 122. Means over 100 episodes scatter by 1.0 and 0.9, random ones by 0.06 and 0.4.
it('D4RL’s reference returns of the open maze are those of 50 steps', async () => {
  const [sparse, dense] = [d4rlReturns('maze2d-open-v0'), d4rlReturns('maze2d-open-dense-v0')];
  const controller = createWaypointController(open, Rng.fromSeed(2)); // plans in the first episode only
  const expert = await returnsOf((seen, action) => controller.act(seen, open.goal, action));
  expect(expert).toBeAllClose([sparse.expert, dense.expert], { absolute: 2.5 });
  const rng = Rng.fromSeed(3);
  const [atGoal, near] = await returnsOf((_, action) => {
    for (let i = 0; i < 2; i++) action[i] = rng.uniform(-1, 1);
  });
  expect(atGoal).toBeLessThan(sparse.random + 0.2);
  expect([near]).toBeAllClose([dense.random], { absolute: 1.2 });
});
