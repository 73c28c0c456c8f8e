import { expect, it } from 'vitest';
import { loadMujoco } from '../mujoco/load-mujoco';
import { element } from '../mujoco/mjcf';
import { createSimulation } from '../mujoco/simulation';
import { straightLimb } from './capsule';

/** Where a limb that hangs from an oblique hinge has swung to. */
async function swing(limb: string[]): Promise<number[]> {
  const joint = element('joint', { type: 'hinge', axis: [1, 2, 3] });
  const model = element('mujoco', {}, [element('worldbody', {}, [element('body', {}, [joint, ...limb])])]);
  const simulation = createSimulation(await loadMujoco(), model);
  simulation.step(300);
  const state = [...simulation.qpos, ...simulation.qvel];
  simulation.dispose();
  return state;
}

it('a limb with legacy inertia swings as the cylinder that MuJoCo took its capsule for', async () => {
  const limb = { end: [0.3, -0.2, 0.6], radius: 0.1, density: 5 } as const;
  // The capsule's line is 0.7 long, half a radius is added at each end.
  const unit = limb.end.map((coordinate) => coordinate / 0.7);
  const [from, to] = [unit.map((side) => -0.05 * side), unit.map((side) => 0.75 * side)];
  const cylinder = element('geom', { type: 'cylinder', size: 0.1, fromto: [...from, ...to], density: 5 });
  const legacy = await swing(straightLimb(limb, 'legacy'));
  expect(legacy).toBeAllClose(await swing([cylinder]), { absolute: 1e-9 });
  expect(legacy).not.toBeAllClose(await swing(straightLimb(limb, 'exact')), { absolute: 1e-3 });
});
