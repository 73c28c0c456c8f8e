import { describe, expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { findCollector } from '../collect/collectors';
import { findEnvironment } from '../find-environment';
import { mazes } from './mazes';
import { cellAt, middleOf } from './point-maze';

describe('the ball of pointmaze-umaze-v3', () => {
  // MuJoCo 3.14 in Python ran the XML that Gymnasium-Robotics makes of its `point.xml` and this maze, from (−1, −1) at rest.
  it('moves, and hits walls, as in Gymnasium-Robotics’ model', async () => {
    const environment = await openPhysical('pointmaze-umaze-v3');
    environment.setState([-1, -1, 1, 1], [0, 0, 0, 0]);
    const seen: Record<number, Float64Array> = {};
    for (let t = 0; t < 200; t++) {
      const action = [0.9 * Math.sin(0.05 * t + 0.3), 0.9 * Math.cos(0.05 * t)];
      seen[t + 1] = Float64Array.from(environment.step(action).observation.slice(0, 4));
    }
    environment.dispose();
    const absolute = 1e-9; // The goal's coordinates change the order in which the solver of contacts adds up.
    const at = (step: number, state: number[]) => expect(seen[step]).toBeAllClose(state, { absolute });
    at(20, [-0.750931013173608, -0.5907710794205593, 2.8239209257908193, 3.56689077041118]);
    at(60, [1.1712849471832039, -0.9781983876219159, 4.92391890848838, -3.5113235682173167]);
    at(100, [0.37707213518675015, -1.3926067645500446, -5.172202231790411, 0.15031063655207155]);
    at(140, [-1.4038212703887758, -0.5986757368608135, 0.6541886333149775, -0.16636027165580758]);
    at(200, [1.0490018855123335, -1.3968190997791043, 3.3548448757892224, 0.014892278691582519]);
  });

  it('starts in a free cell, away from a goal in a free cell', async () => {
    const environment = await openPhysical('pointmaze-umaze-v3');
    for (let seed = 0; seed < 200; seed++) {
      const [x, y, velocityX, velocityY, goalX, goalY] = environment.reset(seed);
      expect([velocityX, velocityY]).toEqual([0, 0]);
      for (const [placeX, placeY] of [
        [x!, y!],
        [goalX!, goalY!],
      ] as const) {
        const cell = cellAt(mazes.umaze, placeX, placeY);
        expect(mazes.umaze.freeCells).toContainEqual(cell);
        const [middleX, middleY] = middleOf(mazes.umaze, cell);
        expect(Math.max(Math.abs(placeX - middleX), Math.abs(placeY - middleY))).toBeLessThanOrEqual(0.25);
      }
      const [startX, startY] = middleOf(mazes.umaze, cellAt(mazes.umaze, x!, y!));
      expect(Math.hypot(startX - goalX!, startY - goalY!)).toBeGreaterThan(0.5);
    }
    environment.dispose();
  });

  it('is paid within 0.45 of its goal, or by its distance', async () => {
    const pay = async (id: string, goal: readonly [number, number]) => {
      const environment = await openPhysical(id);
      environment.setState([0, -1, ...goal], [0, 0, 0, 0]);
      const { reward, terminated } = environment.step([0, 0]);
      environment.dispose();
      expect(terminated).toBe(false);
      return reward;
    };
    expect(await pay('pointmaze-umaze-v3', [0.44, -1])).toBe(1);
    expect(await pay('pointmaze-umaze-v3', [0.46, -1])).toBe(0);
    expect(await pay('pointmaze-umaze-dense-v3', [0.3, -0.6])).toBeCloseTo(Math.exp(-0.5), 12);
  });
});

describe('Minari’s way-points', () => {
  const collect = (name: string, noise: boolean, rows = 3000) => {
    const entry = findEnvironment(name);
    return findCollector(entry).collect(entry, { rows, seed: 1, noise });
  };

  it.each(['pointmaze-umaze-v3', 'pointmaze-large-v3'])(
    'lead from goal to goal in %s, without a jump',
    async (name) => {
      const { truncated, terminated, rewards, infos, observations, size } = await collect(name, true);
      const ends = Array.from(truncated.keys()).filter((row) => truncated[row] === 1);
      expect(ends.length).toBeGreaterThan(5);
      expect(terminated.every((flag) => flag === 0)).toBe(true);
      // A journey ends at its goal, the only row of it that pays.
      expect(rewards.every((reward, row) => reward === truncated[row])).toBe(true);
      const { data } = infos.qpos!;
      for (let row = 0; row < size - 1; row++) {
        const jump = Math.hypot(data[4 * row + 4]! - data[4 * row]!, data[4 * row + 5]! - data[4 * row + 1]!);
        expect(jump).toBeLessThan(0.075);
        const hasNewGoal = observations[6 * row + 4] !== observations[6 * row + 10];
        expect(hasNewGoal).toBe(truncated[row] === 1);
      }
    },
  );

  it('are equal for equal seeds, and calmer without noise', async () => {
    const calm = await collect('pointmaze-open-v3', false, 500);
    expect(await collect('pointmaze-open-v3', false, 500)).toEqual(calm);
    expect((await collect('pointmaze-open-v3', true, 500)).actions).not.toEqual(calm.actions);
  });
});
