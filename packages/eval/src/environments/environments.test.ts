import { describe, expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { findEnvironment } from '../find-environment';
import { mazeReward } from '../mazes/maze-environment';
import { loadMujoco } from '../mujoco/load-mujoco';
import { createMujocoEnvironment, openMujoco } from '../mujoco/mujoco-environment';
import { createSimulation } from '../mujoco/simulation';
import { hopperRobot } from './hopper';
import { walker2dRobot } from './walker2d';

describe('an environment', () => {
  it('draws resets as wide as Gymnasium does', async () => {
    const environment = await openPhysical('halfcheetah-v4');
    const qpos: number[] = [];
    const qvel: number[] = [];
    for (let seed = 0; seed < 300; seed++) {
      environment.reset(seed);
      qpos.push(...environment.qpos);
      qvel.push(...environment.qvel);
    }
    const deviation = (values: number[]) =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    // 2,700 draws each: deviations scatter by 1.4 %. Uniform over ±0.1 has 0.1/√3.
    expect(deviation(qpos)).toBeCloseTo(0.1 / Math.sqrt(3), 2);
    expect(Math.max(...qpos)).toBeLessThanOrEqual(0.1);
    expect(deviation(qvel)).toBeCloseTo(0.1, 2);
    expect(Math.max(...qvel)).toBeGreaterThan(0.2);
    environment.dispose();
  });

  it('continues its own stream of episodes when it is reset without a seed', async () => {
    const environment = await openPhysical('hopper-v4');
    const first = Array.from(environment.reset(1));
    const second = Array.from(environment.reset());
    environment.reset(1);
    expect(second).not.toEqual(first);
    expect(Array.from(environment.reset())).toEqual(second);
    environment.dispose();
  });

  it('is truncated at its time limit, not terminated', async () => {
    const environment = await openPhysical('maze2d-umaze-v1');
    environment.reset(1);
    for (let t = 1; t < 300; t++) expect(environment.step([0, 0]).truncated).toBe(false);
    expect(environment.step([0, 0])).toMatchObject({ truncated: true, terminated: false });
    expect(() => environment.step([0, 0])).toThrow('Call `reset` before the first step');
    environment.dispose();
  });

  it.each([
    // Gymnasium's, LaMo's, and those that D4RL registers.
    ['ant-v4', 1000],
    ['ant-v5', 1000],
    ['reacher-v4', 50],
    ['reacher-v5', 50],
    ['reacher2d-v1', 100],
    ['halfcheetah-v4', 1000],
    ['halfcheetah-v5', 1000],
    ['hopper-v4', 1000],
    ['hopper-v5', 1000],
    ['walker2d-v4', 1000],
    ['walker2d-v5', 1000],
    ['antmaze-umaze-v2', 700],
    ['antmaze-medium-v2', 1000],
    ['antmaze-large-v2', 1000],
    ['pointmaze-open-v3', 300],
    ['pointmaze-umaze-dense-v3', 300],
    ['pointmaze-medium-v3', 600],
    ['pointmaze-large-dense-v3', 800],
    ['maze2d-open-v0', 150],
    ['maze2d-open-dense-v0', 150],
    ['maze2d-umaze-v0', 150],
    ['maze2d-umaze-dense-v0', 150],
    ['maze2d-umaze-v1', 300],
    ['maze2d-umaze-dense-v1', 300],
    ['maze2d-medium-v0', 250],
    ['maze2d-medium-dense-v0', 250],
    ['maze2d-medium-v1', 600],
    ['maze2d-medium-dense-v1', 600],
    ['maze2d-large-v0', 600],
    ['maze2d-large-dense-v0', 600],
    ['maze2d-large-v1', 800],
    ['maze2d-large-dense-v1', 800],
    ['maze2d-eval-umaze-v1', 300],
    ['maze2d-eval-umaze-dense-v1', 300],
    ['maze2d-eval-medium-v1', 600],
    ['maze2d-eval-medium-dense-v1', 600],
    ['maze2d-eval-large-v1', 800],
    ['maze2d-eval-large-dense-v1', 800],
  ])('of %s has a limit of %i steps', (id, limit) => {
    expect(findEnvironment(id).spec.maxEpisodeSteps).toBe(limit);
  });

  it('of a robot that does not fall is cut at that limit', async () => {
    const environment = await openPhysical('halfcheetah-v4');
    environment.reset(1);
    let steps = 1;
    while (!environment.step([0, 0, 0, 0, 0, 0]).truncated) steps += 1;
    expect(steps).toBe(1000);
    environment.dispose();
  });

  it('that ends in its last step is terminated, not truncated', async () => {
    const sliding =
      '<mujoco><worldbody><body><joint type="slide"/><geom size="1"/></body></worldbody></mujoco>';
    let steps = 0;
    const environment = createMujocoEnvironment(createSimulation(await loadMujoco(), sliding), {
      spec: { id: 'x', observationSize: 1, actionSize: 0, actionLow: -1, actionHigh: 1, maxEpisodeSteps: 2 },
      frameSkip: 1,
      drawInitialState() {},
      observe() {},
      isTerminated: () => ++steps === 2,
      reward: () => 0,
    });
    environment.reset(1);
    expect(environment.step([])).toMatchObject({ terminated: false, truncated: false });
    expect(environment.step([])).toMatchObject({ terminated: true, truncated: false });
    environment.dispose();
  });

  it.each([
    ['Hopper', 0.69, 0, true],
    ['Hopper', 0.71, 0, false],
    ['Hopper', 1, 0.21, true],
    ['Hopper', 1, -0.19, false],
    ['Walker2d', 0.79, 0, true],
    ['Walker2d', 0.81, 0, false],
    ['Walker2d', 2.01, 0, true],
    ['Walker2d', 1, -1.01, true],
  ] as const)('of %s at a height of %f and an angle of %f ends: %s', (name, height, angle, ends) => {
    const robot = { Hopper: hopperRobot, Walker2d: walker2dRobot }[name];
    const qpos = Float64Array.of(0, height, angle, 0, 0, 0, 0, 0, 0);
    expect(robot(4).isTerminated(qpos, new Float64Array(9))).toBe(ends);
  });

  it('of a robot that falls pays for standing in the last step, too, in v4 alone', () => {
    for (const robot of [hopperRobot, walker2dRobot]) {
      const pay = (version: 4 | 5, ended: boolean) => robot(version).reward(2, new Float64Array(3), ended);
      expect([pay(4, false), pay(4, true), pay(5, false), pay(5, true)]).toEqual([3, 3, 3, 2]);
    }
  });

  it('of a maze is entered at a speed of 5 at most, and pays within half a cell of the goal', async () => {
    const environment = await openPhysical('maze2d-open-v0');
    environment.setState([2, 2], [0, 9]);
    const [, y] = environment.step([0, 0]).observation;
    expect(y! - 2).toBeLessThan(5 * 0.01); // a step is a hundredth of a second
    expect(y! - 2).toBeGreaterThan(4.8 * 0.01); // damping
    environment.dispose();
    expect([mazeReward('sparse', 0.3, -0.4), mazeReward('sparse', 0.31, 0.4)]).toEqual([1, 0]);
    expect(mazeReward('dense', 0.6, 0.8)).toBeCloseTo(Math.exp(-1), 12);
  });

  it('is refused if its model has other actuators than its actions have components', async () => {
    const { spec } = findEnvironment('hopper-v4');
    const task = {
      spec,
      frameSkip: 1,
      drawInitialState() {},
      observe() {},
      isTerminated: () => false,
      reward: () => 0,
    };
    const still = '<mujoco><worldbody><geom size="1"/></worldbody></mujoco>';
    await expect(openMujoco(still, task)).rejects.toThrow(/number of actuators.*Expected 3, received 0/s);
  });

  it('clips actions, in the physics and in the cost', async () => {
    const environment = await openPhysical('hopper-v4');
    environment.reset(3);
    const clipped = environment.step([1, -1, 1]).reward;
    environment.reset(3);
    expect(environment.step([7, -20, 1.5]).reward).toBe(clipped);
    environment.dispose();
  });

  it('refuses actions that it cannot carry out', async () => {
    const environment = await openPhysical('hopper-v4');
    environment.reset(0);
    expect(() => environment.step([0, 0])).toThrow('Expected 3, received 2');
    expect(() => environment.step([0, Number.NaN, 0])).toThrow(
      'Component 1 of the action is not a finite number',
    );
    environment.dispose();
  });

  it('refuses a state that does not fit', async () => {
    const environment = await openPhysical('hopper-v4');
    expect(() => environment.setState([0, 1], [0, 0])).toThrow('The number of positions differs');
    environment.dispose();
  });

  it('says so when it is used after it was disposed', async () => {
    const environment = await openPhysical('hopper-v4');
    environment.reset(0);
    environment.dispose();
    environment.dispose();
    expect(() => environment.step([0, 0, 0])).toThrow('used after it was disposed');
  });
});
