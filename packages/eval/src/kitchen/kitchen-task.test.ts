import { describe, expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import type { MujocoEnvironment } from '../mujoco/mujoco-environment';
import { goalDistance, isComplete, type KitchenElement, kitchenElements } from './elements';

const still = new Float64Array(9);
const elements = Object.keys(kitchenElements) as KitchenElement[];

describe('the kitchen', () => {
  it('observes positions with D4RL’s noise, and the goals of the task', async () => {
    const environment = await openPhysical('kitchen-mixed-v0');
    const largest = new Float64Array(30);
    for (let seed = 0; seed < 300; seed++) {
      const observation = environment.reset(seed);
      environment.qpos.forEach((position, i) => {
        largest[i] = Math.max(largest[i]!, Math.abs(observation[i]! - position));
      });
    }
    const bounds = [
      ...[...Array(9).fill(0.01), 0.0005, 0.0005, ...Array(6).fill(0.00005), ...Array(3).fill(0.0005)],
      ...[0.01, 0.01, 0.01, 0.0005, 0.0005, 0.0005, 0.01, 0.01, 0.01, 0.0005],
    ];
    // The largest of 300 uniform draws is below 0.95 of the bound with a probability of 2e-7.
    bounds.forEach((bound, i) => {
      expect(largest[i]! / bound).toBeLessThanOrEqual(1 + 1e-9);
      expect(largest[i]! / bound).toBeGreaterThan(0.95);
    });
    const goal = Array.from(environment.reset(1).subarray(30));
    const wanted = new Array(30).fill(0);
    wanted.splice(11, 2, -0.88, -0.01);
    wanted.splice(17, 2, -0.69, -0.05);
    wanted.splice(22, 8, -0.75, -0.23, 0.75, 1.62, 0.99, 0, 0, -0.06);
    expect(goal).toEqual(wanted);
    environment.dispose();
  });

  it('starts every episode in the same state, and repeats it from the same seed', async () => {
    const environment = await openPhysical('kitchen-complete-v0');
    const run = (seed: number) => {
      const first = Array.from(environment.reset(seed));
      const { qpos } = environment;
      const start = Array.from(qpos);
      for (let t = 0; t < 5; t++) environment.step(Array.from(still, (_, i) => Math.sin(t + i)));
      return { first, start, end: Array.from(environment.qpos) };
    };
    const once = run(3);
    expect(run(3)).toEqual(once);
    expect(run(4).start).toEqual(once.start);
    expect(run(4).first).not.toEqual(once.first);
    expect(once.start[0]).toBe(0.148388023);
    environment.dispose();
  });

  it('stays as it is while nothing is done, for 280 steps', async () => {
    const environment = await openPhysical('kitchen-partial-v0');
    environment.reset(0);
    const start = Float64Array.from(environment.qpos);
    let rewards = 0;
    for (let t = 1; t < 280; t++) {
      const { reward, terminated, truncated } = environment.step(still);
      rewards += reward;
      expect(terminated || truncated).toBe(false);
    }
    expect(environment.step(still)).toMatchObject({ truncated: true, terminated: false });
    expect(rewards).toBe(0);
    // The initial state is a recorded one, with doors a little open and a quaternion that is not quite a unit one.
    environment.qpos.subarray(9).forEach((position, i) => {
      expect(Math.abs(position - start[9 + i]!)).toBeLessThan(0.01);
    });
    environment.dispose();
  });

  it('moves a joint to its target, which actions shift by 0.16 at most', async () => {
    const environment = await openPhysical('kitchen-complete-v0');
    let observation = environment.reset(0);
    const from = environment.qpos[0]!;
    environment.step([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(environment.qpos[0]! - from).toBeGreaterThan(0.02);
    expect(environment.qpos[0]! - from).toBeLessThan(0.16);
    observation = environment.reset(0);
    for (let t = 0; t < 20; t++) {
      observation = environment.step([(0.5 - observation[0]!) / 0.16, 0, 0, 0, 0, 0, 0, 0, 0]).observation;
    }
    // The first axis is vertical, so nothing but friction in the servo keeps it from its target.
    expect(environment.qpos[0]!).toBeCloseTo(0.5, 2);
    // Fingers close: targets below 0 are cut off there.
    for (let t = 0; t < 15; t++) environment.step([0, 0, 0, 0, 0, 0, 0, -1, -1]);
    expect(Math.max(...environment.qpos.subarray(7, 9))).toBeLessThan(0.004);
    environment.dispose();
  });

  it.each(elements)('sees that %s is complete at its goal, and not at the start', async (element) => {
    const environment = await openPhysical('kitchen-complete-v0');
    environment.reset(0);
    expect(isComplete(element, environment.qpos)).toBe(false);
    placeAtGoals(environment, [element]);
    expect(goalDistance(element, environment.qpos)).toBeCloseTo(0, 9);
    const asked = ['microwave', 'kettle', 'light switch', 'slide cabinet'].includes(element);
    expect(environment.step(still).reward).toBe(asked ? 1 : 0);
    expect(isComplete(element, environment.qpos)).toBe(true);
    environment.dispose();
  });

  it('pays for each element once, and ends when all have paid', async () => {
    const environment = await openPhysical('kitchen-mixed-v0');
    environment.reset(0);
    placeAtGoals(environment, ['microwave', 'kettle', 'slide cabinet']);
    expect(environment.step(still)).toMatchObject({ reward: 2, terminated: false });
    expect(environment.step(still)).toMatchObject({ reward: 0, terminated: false });
    environment.reset(0);
    placeAtGoals(environment, ['microwave', 'kettle', 'bottom burner', 'light switch']);
    expect(environment.step(still)).toMatchObject({ reward: 4, terminated: true, truncated: false });
    environment.dispose();
  });
});

/** Starts an episode with some elements at their goals. */
function placeAtGoals(environment: MujocoEnvironment, names: readonly KitchenElement[]): void {
  const qpos = Float64Array.from(environment.qpos);
  for (const name of names) qpos.set(kitchenElements[name].goal, kitchenElements[name].first);
  environment.setState(qpos, environment.qvel);
}
