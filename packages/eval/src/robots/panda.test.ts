import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { openPhysical } from '../../test/open-physical';
import { kitchenMjcf } from '../kitchen/kitchen-model';
import { loadMujoco } from '../mujoco/load-mujoco';
import { length, subtract } from '../mujoco/vectors';
import { PANDA_REACH, pandaLinks } from './panda';
import { locateArm } from './panda-kinematics';
import { moveHand } from './panda-motion';

describe('the arm', () => {
  it('has the published masses', async () => {
    const mujoco = await loadMujoco();
    const model = mujoco.MjModel.from_xml_string(kitchenMjcf());
    const body = mujoco.mjtObj.mjOBJ_BODY.value;
    const massOf = (name: string) => model.body_mass[mujoco.mj_name2id(model, body, name)];
    const links = Array.from({ length: 8 }, (_, i) => massOf(`panda${i}`));
    const published = [2.91242, 2.7063, 2.73046, 2.04104, 2.08129, 3.00049, 1.3235, 0.2];
    expect(links).toBeAllClose(published, { absolute: 1e-12 });
    expect([massOf('hand'), massOf('leftfinger'), massOf('kettle')]).toBeAllClose(
      [0.81909, 0.0927059, 0.88],
      { absolute: 1e-12 },
    );
    model.delete();
  });

  it('is where MuJoCo says that it is', async () => {
    const environment = await openPhysical('kitchen-complete-v0');
    environment.reset(0);
    const rng = Rng.fromSeed(1);
    for (let i = 0; i < 20; i++) {
      const qpos = Float64Array.from(environment.qpos);
      for (const [joint, { range }] of pandaLinks.entries()) qpos[joint] = rng.uniform(...range);
      const hand = environment.posesAt(qpos).subarray(HAND * 7, HAND * 7 + 7);
      const [x = 0, y = 0, z = 0, a = 0, b = 0, c = 0, d = 0] = hand;
      // The third column of the quaternion's matrix is the direction of the hand.
      const forward = [2 * (b * d + a * c), 2 * (c * d - a * b), 1 - 2 * (b * b + c * c)];
      const arm = locateArm(qpos);
      expect(arm.forward).toBeAllClose(forward, { absolute: 1e-6 }); // poses are float32
      const tip = [x, y, z].map((at, k) => at + PANDA_REACH * forward[k]!);
      expect(arm.tip).toBeAllClose(tip, { absolute: 1e-6 });
    }
    environment.dispose();
  });

  it('knows the torques that hold it', async () => {
    const mujoco = await loadMujoco();
    const model = mujoco.MjModel.from_xml_string(kitchenMjcf());
    const data = new mujoco.MjData(model);
    const rng = Rng.fromSeed(2);
    for (let i = 0; i < 20; i++) {
      for (const [joint, { range }] of pandaLinks.entries()) data.qpos[joint] = rng.uniform(...range);
      mujoco.mj_forward(model, data);
      // The fingers' share is taken at the hand's centre: 0.19 kg, some 5 cm off.
      expect(locateArm(data.qpos).gravity).toBeAllClose(Array.from(data.qfrc_bias.subarray(0, 7)), {
        absolute: 0.15,
      });
    }
    data.delete();
    model.delete();
  });

  it('finds postures for poses of the hand, in steps', () => {
    const start = [0.4, 0.2, 0.25, -2.1, -2.1, 0.9, 0];
    const goal = locateArm([0.6, 0.4, 0.1, -1.9, -1.9, 0.7, 0.3]);
    const near = moveHand(start, goal, start, 0.03);
    expect(length(subtract(locateArm(near).tip, locateArm(start).tip))).toBeLessThan(0.031);
    let posture: readonly number[] = start;
    for (let step = 0; step < 20; step++) posture = moveHand(posture, goal, start, 0.03);
    const { tip, forward, across } = locateArm(posture);
    expect([...tip, ...forward, ...across]).toBeAllClose([...goal.tip, ...goal.forward, ...goal.across], {
      absolute: 0.005,
    });
  });
});

/** Index of the hand's body: the world, the base and seven links come before it. */
const HAND = 9;
