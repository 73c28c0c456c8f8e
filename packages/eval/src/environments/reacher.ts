import type { Rng } from '@lamo/core';
import { defineEnvironment } from '../define-environment';
import { element } from '../mujoco/mjcf';
import { type MujocoTask, openMujoco } from '../mujoco/mujoco-environment';
import { type Inertia, straightLimb } from '../robots/capsule';
import { addUniform, controlCost } from '../robots/planar-robot';

/** Where bodies begin in a list of positions: the fingertip is the third after the world, the target the fourth. */
const FINGERTIP = 9;
const TARGET = 12;

/**
 * Describes Reacher: an arm with two joints whose fingertip is rewarded for being near a target. Numbers of Gym's `reacher.xml`; rewards of
 * Gymnasium's `reacher_v4.py` and `reacher_v5.py` (v4 measures the distance before the arm moves, v5 after it, and without the heights,
 * which are equal).
 */
function reacherTask(version: 4 | 5): Omit<MujocoTask, 'spec'> {
  let distanceBefore = 0;
  return {
    frameSkip: 2,
    drawInitialState,
    beforeStep(_, { bodyPositions }) {
      distanceBefore = Math.hypot(...offset(bodyPositions));
    },
    observe(qpos, qvel, observation, { bodyPositions }) {
      for (let i = 0; i < 2; i++) {
        observation[i] = Math.cos(qpos[i]!);
        observation[2 + i] = Math.sin(qpos[i]!);
        observation[4 + i] = qpos[2 + i]!;
        observation[6 + i] = qvel[i]!;
      }
      observation.set(offset(bodyPositions).slice(0, observation.length - 8), 8);
    },
    isTerminated: () => false,
    reward(_, __, action, ___, { bodyPositions }) {
      const distance = version === 4 ? distanceBefore : Math.hypot(...offset(bodyPositions));
      return -distance - controlCost(1, action);
    },
  };
}

/** From the target to the fingertip. */
function offset(positions: Float64Array): number[] {
  return [0, 1, 2].map((axis) => positions[FINGERTIP + axis]! - positions[TARGET + axis]!);
}

/** Nearly straight and still, with a target anywhere in a circle. */
function drawInitialState(rng: Rng, qpos: Float64Array, qvel: Float64Array): void {
  addUniform(rng, qpos.subarray(0, 2), 0.1);
  do {
    for (let i = 2; i < 4; i++) qpos[i] = rng.uniform(-0.2, 0.2);
  } while (Math.hypot(qpos[2]!, qpos[3]!) >= 0.2);
  addUniform(rng, qvel.subarray(0, 2), 0.005);
}

/** Writes the arm; nothing of it touches anything. */
function reacherMjcf(inertia: Inertia): string {
  const untouched = { contype: 0, conaffinity: 0 };
  const hinge = { type: 'hinge', axis: [0, 0, 1], armature: 1, damping: 1 };
  const slide = { type: 'slide', limited: 'true', range: [-0.27, 0.27] };
  const link = straightLimb({ end: [0.1, 0, 0], radius: 0.01, density: 1000 }, inertia, untouched);
  return element('mujoco', {}, [
    element('compiler', { angle: 'radian' }),
    element('option', { timestep: 0.01, integrator: 'RK4' }),
    element('size', { memory: '256K' }),
    element('worldbody', {}, [
      element('body', { name: 'upper-arm', pos: [0, 0, 0.01] }, [
        element('joint', { name: 'joint0', ...hinge }),
        ...link,
        element('body', { name: 'forearm', pos: [0.1, 0, 0] }, [
          element('joint', { name: 'joint1', ...hinge, limited: 'true', range: [-3, 3] }),
          ...link,
          element('body', { name: 'fingertip', pos: [0.11, 0, 0] }, [
            element('geom', { type: 'sphere', size: 0.01, ...untouched }),
          ]),
        ]),
      ]),
      element('body', { name: 'target', pos: [0.1, -0.1, 0.01] }, [
        element('joint', { name: 'target-x', axis: [1, 0, 0], ref: 0.1, ...slide }),
        element('joint', { name: 'target-y', axis: [0, 1, 0], ref: -0.1, ...slide }),
        element('geom', { type: 'sphere', size: 0.009, ...untouched }),
      ]),
    ]),
    element(
      'actuator',
      {},
      ['joint0', 'joint1'].map((joint) =>
        element('motor', { joint, gear: 200, ctrllimited: 'true', ctrlrange: [-1, 1] }),
      ),
    ),
  ]);
}

/** Reacher in Gymnasium's versions. */
export const reacher = ([4, 5] as const).map((version) =>
  defineEnvironment({
    name: 'reacher',
    version,
    defaultVersion: version === 4,
    spec: {
      observationSize: version === 4 ? 11 : 10,
      observationSpace: { kind: 'vector', parts: { goal: { start: 4, end: 6 } } },
      actionSize: 2,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: 50,
    },
    options: { inertia: ['exact', 'legacy'] },
    open: (spec, { inertia = 'exact' }) =>
      openMujoco(reacherMjcf(inertia), { spec, ...reacherTask(version) }),
  }),
);
