import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { drawAntGoal } from '../mazes/ant-mazes';

// MuJoCo 3.14 in Python ran Gymnasium's `ant.xml` with D4RL's numbers and walls: positions of the torso, height and two components of
// its rotation, and the last leg. Two contacts with a wall push the ant off in the first step.
it('the ant of antmaze-umaze-v2 moves, and is stopped by walls, as in native MuJoCo', async () => {
  const environment = await openPhysical('antmaze-umaze-v2');
  const pose = [-1.45, 0, 0.6, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1];
  environment.setState(pose, new Float64Array(14));
  const seen: Record<number, number[]> = {};
  for (let t = 0; t < 12; t++) {
    const action = Array.from({ length: 8 }, (_, i) => 0.5 * Math.sin(0.5 * t + i));
    const { observation } = environment.step(action);
    seen[t + 1] = [...observation.slice(0, 4), ...observation.slice(13, 15)];
  }
  environment.dispose();
  // Measured: 2e-15 at first, 3e-13 at the end.
  const at = (step: number, state: number[]) => expect(seen[step]).toBeAllClose(state, { absolute: 1e-10 });
  at(1, [-1.353540565670739, 0.006140450240017048, 0.607656904943323, 0.9995277548122165].concat(legs[1]!));
  at(4, [-1.1926410832263734, -0.03415534909476413, 0.6365625963157052, 0.9989796917999242].concat(legs[4]!));
  at(
    8,
    [-1.2182337872001885, -0.18147914485865232, 0.45739023628435493, 0.9981906877429093].concat(legs[8]!),
  );
  at(
    12,
    [-0.9644107481240947, -0.15987954016955774, 0.653857121511453, 0.9813815431479607].concat(legs[12]!),
  );
});

const legs: Record<number, number[]> = {
  1: [-0.0035414565795988517, 1.0623706992984714],
  4: [0.33965024166086916, 1.2252807688958762],
  8: [0.4974402267901549, 0.9144682906160554],
  12: [-0.5496516257753552, 0.5448288039800185],
};

it.each([
  ['umaze', 0, 8],
  ['medium', 20, 20],
  ['large', 32, 24],
] as const)('goals of %s lie up to 1.5 beyond the middle of their cell', (maze, x, y) => {
  const rng = Rng.fromSeed(1);
  const goals = Array.from({ length: 500 }, () => drawAntGoal(maze, rng));
  for (const [i, middle] of [x, y].entries()) {
    const beyond = goals.map((goal) => goal[i]! - middle);
    expect(Math.min(...beyond)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...beyond)).toBeLessThanOrEqual(1.5);
    expect(Math.max(...beyond)).toBeGreaterThan(1.2);
  }
});

it('is paid once, at the goal, where the episode ends', async () => {
  const environment = await openPhysical('antmaze-umaze-v2');
  environment.reset(4);
  const [pose, rest] = [Float64Array.from(environment.qpos), new Float64Array(14)];
  const outcomes = Array.from({ length: 49 }, (_, place) => {
    pose.set([-0.25 + 0.35 * (place % 7), 7.75 + 0.35 * Math.floor(place / 7)]);
    environment.setState(pose, rest);
    const { reward, terminated } = environment.step(new Float64Array(8));
    expect(terminated).toBe(reward === 1);
    return reward;
  });
  environment.dispose();
  // A circle of radius 0.5 among places 0.35 apart has some six of them.
  const paid = outcomes.reduce((sum, reward) => sum + reward);
  expect(paid).toBeGreaterThan(2);
  expect(paid).toBeLessThan(11);
});
