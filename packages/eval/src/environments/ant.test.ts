import { expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';

const HEIGHT = 2;

/** The ant in its own pose at a height, and what a step without torques gives there. */
async function stepAt(id: string, height: number) {
  const environment = await openPhysical(id);
  const qpos = Float64Array.from(environment.qpos);
  qpos[HEIGHT] = height;
  const seen = Array.from(environment.setState(qpos, new Float64Array(14)));
  const { observation, reward, terminated } = environment.step(new Float64Array(8));
  const result = { seen, after: Array.from(observation), reward, terminated };
  environment.dispose();
  return result;
}

it.each([
  ['ant-v4', 0.5, false],
  ['ant-v4', 1.1, true],
  ['ant-v5', 0.5, false],
  ['ant-v5', 1.1, true],
] as const)('%s dropped from %f m has ended: %s', async (id, height, ended) => {
  const { reward, terminated } = await stepAt(id, height);
  expect(terminated).toBe(ended);
  // It falls straight down, and pays for standing; v4 in the fatal step, too.
  expect(reward).toBeCloseTo(id === 'ant-v5' && ended ? 0 : 1, 2);
});

it('v5 shows clipped contact forces of the step, none before it, and takes a cost for them', async () => {
  const [v4, v5] = [await stepAt('ant-v4', 0.3), await stepAt('ant-v5', 0.3)];
  expect(v5.after.slice(0, 27)).toEqual(v4.after);
  const forces = v5.after.slice(27);
  expect(v5.seen.slice(27).every((force) => force === 0)).toBe(true);
  expect(Math.max(...forces.map(Math.abs))).toBe(1);
  // The world is pushed back as hard, but only the cost says so.
  const cost = v4.reward - v5.reward;
  const shown = forces.reduce((sum, force) => sum + 5e-4 * force ** 2, 0);
  expect(cost).toBeGreaterThanOrEqual(shown - 1e-12);
  expect(cost).toBeLessThanOrEqual(shown + 6 * 5e-4);
});
