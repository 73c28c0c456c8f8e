import { describe, expect, it } from 'vitest';
import { demonstrate } from '../demonstrate';
import { evaluateTasks } from '../evaluate-tasks';
import { findTaskSet } from '../find-task-set';

type Vector = readonly [x: number, y: number];

const set = findTaskSet('swirl');

/** By how much one vector is turned against another, radians. */
function turn(from: Vector, to: Vector): number {
  return Math.atan2(from[0] * to[1] - from[1] * to[0], from[0] * to[0] + from[1] * to[1]);
}

describe('swirl', () => {
  it('carries a point that does nothing around the goal, one way or the other', async () => {
    const turns: number[] = [];
    for (const task of set.tasks) {
      const world = await set.open(task);
      const places = [Array.from(world.reset(7).subarray(0, 2))];
      for (let i = 0; i < 3; i++) places.push(Array.from(world.step([0, 0]).observation.subarray(0, 2)));
      const [a, b, c] = places
        .slice(1)
        .map(([x, y], i): Vector => [x! - places[i]![0]!, y! - places[i]![1]!]) as [Vector, Vector, Vector];
      // A move turns the one before by the arctangent of the current, and is longer by that angle's secant.
      expect(turn(b, c)).toBeCloseTo(turn(a, b), 10);
      expect(Math.hypot(...b) / Math.hypot(...a)).toBeCloseTo(1 / Math.cos(turn(a, b)), 10);
      turns.push(turn(a, b));
    }
    expect(turns.filter((angle) => angle > 0).length).toBe(4);
    for (const angle of turns) expect(Math.abs(angle)).toBeGreaterThan(0.09);
  });

  it('ends within a goal of 0.15, whose distance it pays', async () => {
    for (const task of set.tasks) {
      const { rewards, terminated } = await demonstrate(set, task, { episodes: 5 });
      for (const [row, reward] of rewards.entries()) expect(terminated[row]).toBe(Number(reward > -0.15));
    }
  });

  it('is done by its expert from many places at once', async () => {
    const task = set.tasks[3]!;
    const options = { tasks: [task], episodes: 30, batch: 30 };
    const [{ successes } = {}] = await evaluateTasks(await set.expert(task, 1), set, options);
    expect(successes!.filter(Boolean).length).toBe(30);
  });

  it('takes no step after the end', async () => {
    const world = await set.open(set.tasks[0]!);
    expect(() => world.step([0, 0])).toThrow(/reset/);
    world.reset(7);
    for (let step = 1; step < 15; step++) expect(world.step([0, 0]).truncated).toBe(false);
    expect(world.step([0, 0])).toMatchObject({ truncated: true, terminated: false });
    expect(() => world.step([0, 0])).toThrow(/reset/);
  });

  it('has the same tasks whenever it is loaded, of which codes say nothing', () => {
    const codes = set.tasks.flatMap(({ code }) => code);
    expect(codes.length).toBe(8 * 16);
    const mean = codes.reduce((sum, value) => sum + value, 0) / codes.length;
    const square = codes.reduce((sum, value) => sum + value * value, 0) / codes.length;
    // Of 128 normal draws: standard errors 0.09 and 0.125.
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(Math.abs(square - 1)).toBeLessThan(0.45);
  });
});
