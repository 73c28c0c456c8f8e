import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import { addUniform, controlCost, degrees, type PlanarRobot, planarRobot } from '../robots/planar-robot';
import type { Capsule, Hinge, Limb, PlanarRobotModel, Point } from '../robots/planar-robot-model';

/**
 * Describes Walker2d: two legs that are rewarded for walking forward and must not fall. Numbers of Gym's
 * `walker2d.xml`; reward and termination of Gymnasium's `walker2d_v4.py` and `walker2d_v5.py` (v5 gives both
 * feet the same friction and pays no bonus for the fatal step).
 */
export function walker2dRobot(version: 4 | 5): PlanarRobot {
  return {
    model: model(version === 4 ? 0.9 : 1.9),
    frameSkip: 4,
    velocityLimit: 10,
    drawInitialState(rng, qpos, qvel) {
      addUniform(rng, qpos, 0.005);
      addUniform(rng, qvel, 0.005);
    },
    isTerminated(qpos) {
      const [, z, angle] = qpos;
      return !(z! > 0.8 && z! < 2 && Math.abs(angle!) < 1);
    },
    reward(speed, action, terminated) {
      const bonus = version === 5 && terminated ? 0 : 1;
      return speed + bonus - controlCost(1e-3, action);
    },
  };
}

function model(rightFootFriction: number): PlanarRobotModel {
  const legs = [thigh('', rightFootFriction), thigh('_left', 1.9)];
  return {
    timestep: 0.002,
    integrator: 'RK4',
    torso: { name: 'torso', position: [0, 1.25], capsules: [upright(0.05, 0.2, [0, 0])], limbs: legs },
    restingZ: 1.25,
    hingeSign: -1,
    contact: { conaffinity: 0 },
    floor: { friction: [0.7, 0.1, 0.1] },
  };
}

function thigh(side: string, footFriction: number): Limb {
  return {
    name: `thigh${side}`,
    position: [0, -0.2],
    capsules: [upright(0.05, 0.225, [0, -0.225])],
    hinge: hinge([0, 0], -150, 0),
    limbs: [leg(side, footFriction)],
  };
}

function leg(side: string, footFriction: number): Limb {
  return {
    name: `leg${side}`,
    position: [0, -0.7],
    capsules: [upright(0.04, 0.25, [0, 0])],
    hinge: hinge([0, 0.25], -150, 0),
    limbs: [foot(side, footFriction)],
  };
}

function foot(side: string, footFriction: number): Limb {
  const friction = [footFriction, 0.1, 0.1] as const;
  return {
    name: `foot${side}`,
    position: [0.2, -0.35],
    capsules: [{ radius: 0.06, halfLength: 0.1, center: [-0.1, 0.1], tilt: -Math.PI / 2, friction }],
    hinge: hinge([-0.2, 0.1], -45, 45),
  };
}

function upright(radius: number, halfLength: number, center: Point): Capsule {
  return { radius, halfLength, center, tilt: 0, friction: [0.9, 0.1, 0.1] };
}

function hinge(position: Point, low: number, high: number): Hinge {
  const range = [degrees(low), degrees(high)] as const;
  return { position, range, armature: 0.01, damping: 0.1, stiffness: 0, gear: 100 };
}

/** Walker2d in Gymnasium's versions. */
export const walker2d = ([4, 5] as const).map((version) =>
  defineEnvironment({
    name: 'walker2d',
    version,
    defaultVersion: version === 4,
    score: d4rlReturns(`walker2d-v${version}`),
    ...planarRobot(walker2dRobot(version)),
  }),
);
