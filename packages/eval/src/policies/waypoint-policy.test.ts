import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluate';
import { createEnvironment } from '../find-environment';
import { type MazeName, mazes } from '../mazes/mazes';
import { createWaypointController } from '../mazes/waypoint-controller';
import { referenceReturns } from '../scores';
import { mean } from '../statistics/statistics';
import { randomPolicy } from './random-policy';
import { waypointPolicy } from './waypoint-policy';

async function meanReturn(policy: ReturnType<typeof waypointPolicy>, id: string, episodes: number) {
  const returns: number[] = [];
  for await (const episode of evaluate(policy, id, { episodes, seed: 1 })) returns.push(episode.return);
  return mean(returns);
}

/**
 * D4RL's references are single runs of 100 episodes. They test the whole chain: physics, resets, rewards, controller.
 */
describe("D4RL's reference returns", () => {
  // One run of 100 random episodes scatters by 5 (umaze, sparse and dense) and by 4 (large): within two of these.
  it.each([
    ['maze2d-umaze-v1', 10],
    ['maze2d-umaze-dense-v1', 10],
    ['maze2d-large-v1', 8],
  ])('of the random policy in %s come out', async (id, tolerance) => {
    const received = await meanReturn(randomPolicy({ actionSize: 2, actionLow: -1, actionHigh: 1 }), id, 200);
    expect(Math.abs(received - referenceReturns(id).random)).toBeLessThan(tolerance);
  });

  /**
   * D4RL's script makes one controller for all 100 episodes. The goal never changes, so it plans in the first
   * episode alone, and in all later ones heads for the goal through walls: half of them fail. Repeated 30 times, that gives
   * 167 ± 11 in umaze (D4RL says 161.86), 198 ± 8 in dense umaze (193.66), 253 ± 24 in medium (277.39), 291 ± 29 in large (273.99).
   */
  it.each([
    ['maze2d-umaze-v1', 'umaze', 22],
    ['maze2d-umaze-dense-v1', 'umaze', 16],
    ['maze2d-medium-v1', 'medium', 48],
  ] as const)('of the controller in %s come out, if it plans but once', async (id, maze, tolerance) => {
    const received = await returnOfOnePlan(id, maze, 300);
    expect(Math.abs(received - referenceReturns(id).expert)).toBeLessThan(tolerance);
  });
});

describe('waypointPolicy', () => {
  // Measured over 400 episodes: 220.8 ± 2.7, a score of 143.
  it('plans in every episode, and so passes the reference', async () => {
    expect(await meanReturn(waypointPolicy('umaze'), 'maze2d-umaze-v1', 50)).toBeGreaterThan(200);
  });

  it('reaches the goal from everywhere, in every maze', async () => {
    for (const maze of ['umaze', 'medium', 'large'] as const) {
      const options = { episodes: 20, seed: 2 };
      for await (const episode of evaluate(waypointPolicy(maze), `maze2d-${maze}-v1`, options)) {
        expect(episode.return).toBeGreaterThan(0);
      }
    }
  });
});

async function returnOfOnePlan(id: string, maze: MazeName, episodes: number): Promise<number> {
  const environment = await createEnvironment(id);
  const returns: number[] = [];
  const action = new Float32Array(2);
  let controller = createWaypointController(mazes[maze], Rng.fromSeed(0));
  for (let episode = 0; episode < episodes; episode++) {
    if (episode % 100 === 0) controller = createWaypointController(mazes[maze], Rng.fromSeed(episode));
    let observation = environment.reset(episode);
    let total = 0;
    for (let t = 0; t < environment.spec.maxEpisodeSteps; t++) {
      controller.act(observation, mazes[maze].goal, action);
      const result = environment.step(action);
      observation = result.observation;
      total += result.reward;
    }
    returns.push(total);
  }
  environment.dispose();
  return mean(returns);
}
