import { qualities } from '../collect/qualities';
import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import { addNormal, addUniform, controlCost, type PlanarRobot, planarRobot } from '../robots/planar-robot';
import type { Capsule, Hinge, Limb, PlanarRobotModel } from '../robots/planar-robot-model';

const bfoot: Limb = {
  name: 'bfoot',
  position: [-0.28, -0.14],
  capsules: [capsule(0.03, -0.097, -0.27, 0.094)],
  hinge: hinge([-0.4, 0.785], 3, 120, 60),
};

const bshin: Limb = {
  name: 'bshin',
  position: [0.16, -0.25],
  capsules: [capsule(-0.14, -0.07, -2.03, 0.15)],
  hinge: hinge([-0.785, 0.785], 4.5, 180, 90),
  limbs: [bfoot],
};

const bthigh: Limb = {
  name: 'bthigh',
  position: [-0.5, 0],
  capsules: [capsule(0.1, -0.13, -3.8, 0.145)],
  hinge: hinge([-0.52, 1.05], 6, 240, 120),
  limbs: [bshin],
};

const ffoot: Limb = {
  name: 'ffoot',
  position: [0.13, -0.18],
  capsules: [capsule(0.045, -0.07, -0.6, 0.07)],
  hinge: hinge([-0.5, 0.5], 1.5, 60, 30),
};

const fshin: Limb = {
  name: 'fshin',
  position: [-0.14, -0.24],
  capsules: [capsule(0.065, -0.09, -0.6, 0.106)],
  hinge: hinge([-1.2, 0.87], 3, 120, 60),
  limbs: [ffoot],
};

const fthigh: Limb = {
  name: 'fthigh',
  position: [0.5, 0],
  capsules: [capsule(-0.07, -0.12, 0.52, 0.133)],
  hinge: hinge([-1, 0.7], 4.5, 180, 120),
  limbs: [fshin],
};

const model: PlanarRobotModel = {
  timestep: 0.01,
  integrator: 'Euler',
  torso: {
    name: 'torso',
    position: [0, 0.7],
    capsules: [capsule(0, 0, -Math.PI / 2, 0.5), capsule(0.6, 0.1, 0.87, 0.15)], // trunk and head
    limbs: [bthigh, fthigh],
  },
  restingZ: 0,
  hingeSign: 1,
  contact: { conaffinity: 0, solimp: [0, 0.8, 0.01] },
  floor: { friction: [0.4, 0.1, 0.1], solimp: [0, 0.8, 0.01] },
  limitImpedance: [0, 0.8, 0.03],
  totalMass: 14,
};

function capsule(x: number, z: number, tilt: number, halfLength: number): Capsule {
  return { radius: 0.046, halfLength, center: [x, z], tilt, friction: [0.4, 0.1, 0.1] };
}

function hinge(range: Hinge['range'], damping: number, stiffness: number, gear: number): Hinge {
  return { position: [0, 0], range, armature: 0.1, damping, stiffness, gear };
}

/**
 * HalfCheetah: a two-legged runner that is rewarded for speed and never falls. Numbers of Gym's `half_cheetah.xml`; reward
 * of Gymnasium's `half_cheetah_v4.py`, which v5 repeats.
 */
const robot: PlanarRobot = {
  model,
  frameSkip: 5,
  drawInitialState(rng, qpos, qvel) {
    addUniform(rng, qpos, 0.1);
    addNormal(rng, qvel, 0.1);
  },
  isTerminated: () => false,
  reward: (speed, action) => speed - controlCost(0.1, action),
};

/** HalfCheetah in Gymnasium's versions. */
export const halfCheetah = ([4, 5] as const).map((version) =>
  defineEnvironment({
    name: 'halfcheetah',
    version,
    defaultVersion: version === 4,
    score: d4rlReturns(`halfcheetah-v${version}`),
    collectors: qualities('halfcheetah'),
    ...planarRobot(robot),
  }),
);
