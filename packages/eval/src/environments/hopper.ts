import { qualities } from '../collect/qualities';
import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import { addUniform, controlCost, degrees, type PlanarRobot, planarRobot } from '../robots/planar-robot';
import type { Capsule, Hinge, Limb, PlanarRobotModel, Point } from '../robots/planar-robot-model';

/**
 * Describes Hopper: one leg that is rewarded for hopping forward and must not fall. Numbers of Gym's `hopper.xml`;
 * reward and termination of Gymnasium's `hopper_v4.py` and `hopper_v5.py` (v5 pays no bonus for the fatal step).
 */
export function hopperRobot(version: 4 | 5): PlanarRobot {
  return {
    model,
    frameSkip: 4,
    velocityLimit: 10,
    drawInitialState(rng, qpos, qvel) {
      addUniform(rng, qpos, 0.005);
      addUniform(rng, qvel, 0.005);
    },
    isTerminated: (qpos, qvel) => !isHealthy(qpos, qvel),
    reward(speed, action, terminated) {
      const bonus = version === 5 && terminated ? 0 : 1;
      return speed + bonus - controlCost(1e-3, action);
    },
  };
}

function isHealthy(qpos: Float64Array, qvel: Float64Array): boolean {
  const upright = qpos[1]! > 0.7 && Math.abs(qpos[2]!) < 0.2;
  return upright && qpos.every((value, i) => i < 2 || isBounded(value)) && qvel.every(isBounded);
}

function isBounded(value: number): boolean {
  return Math.abs(value) < 100;
}

const foot: Limb = {
  name: 'foot',
  position: [0.13, -0.35],
  capsules: [
    {
      radius: 0.06,
      halfLength: 0.195,
      center: [-0.065, 0.1],
      tilt: -Math.PI / 2,
      friction: [2, 0.005, 0.0001],
    },
  ],
  hinge: hinge([-0.13, 0.1], -45, 45),
};

const leg: Limb = {
  name: 'leg',
  position: [0, -0.7],
  capsules: [upright(0.04, 0.25, [0, 0])],
  hinge: hinge([0, 0.25], -150, 0),
  limbs: [foot],
};

const thigh: Limb = {
  name: 'thigh',
  position: [0, -0.2],
  capsules: [upright(0.05, 0.225, [0, -0.225])],
  hinge: hinge([0, 0], -150, 0),
  limbs: [leg],
};

const contact = { condim: 1, margin: 0.001, solimp: [0.8, 0.8, 0.01] };

const model: PlanarRobotModel = {
  timestep: 0.002,
  integrator: 'RK4',
  torso: { name: 'torso', position: [0, 1.25], capsules: [upright(0.05, 0.2, [0, 0])], limbs: [thigh] },
  restingZ: 1.25,
  hingeSign: -1,
  contact,
  floor: { ...contact, condim: 3 },
};

function upright(radius: number, halfLength: number, center: Point): Capsule {
  return { radius, halfLength, center, tilt: 0, friction: [0.9, 0.005, 0.0001] };
}

function hinge(position: Point, low: number, high: number): Hinge {
  const range = [degrees(low), degrees(high)] as const;
  return { position, range, armature: 1, damping: 1, stiffness: 0, gear: 200 };
}

/** Hopper in Gymnasium's versions. */
export const hopper = ([4, 5] as const).map((version) =>
  defineEnvironment({
    name: 'hopper',
    version,
    defaultVersion: version === 4,
    score: d4rlReturns(`hopper-v${version}`),
    collectors: qualities('hopper'),
    ...planarRobot(hopperRobot(version)),
  }),
);
