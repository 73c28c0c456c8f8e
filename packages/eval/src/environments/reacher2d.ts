import type { EnvironmentSpec, Rng } from '@lamo/core';
import type { Player } from '../collect/collector';
import { defineEnvironment, type EnvironmentOptions } from '../define-environment';
import { element } from '../mujoco/mjcf';
import { type MujocoEnvironment, openMujoco } from '../mujoco/mujoco-environment';
import { reachingPolicy } from '../policies/reaching-policy';
import { type Inertia, straightLimb } from '../robots/capsule';

/** The frame of the upper arm is turned by this, that of the forearm back: the arm is bent where both angles are 0. */
const BEND = 0.785;
const UPPER_ARM = 0.6;
/** From the elbow to the fingertip, which lies beyond the capsule of the forearm. */
const FOREARM = 0.45;
const TIMESTEP = 0.01;
const FRAME_SKIP = 15;
const SECONDS_PER_STEP = TIMESTEP * FRAME_SKIP;
/** How near, counted along both axes, pays. */
const NEAR = 0.1;

/** Where the fingertip is to go, metres from the shoulder. */
type Target = readonly [x: number, y: number];

/** Draws angles, and, if none is given, a target. */
function drawInitialState(rng: Rng, qpos: Float64Array, target?: Target): void {
  for (let i = 0; i < 2; i++) qpos[i] = rng.uniform(-2, 2);
  qpos.set(target ?? drawTarget(rng), 2);
}

/** Draws a target that the arm can reach. */
function drawTarget(rng: Rng): Target {
  for (;;) {
    const target = [rng.uniform(-1.5, 1.5), rng.uniform(-1.5, 1.5)] as const;
    const distance = Math.hypot(...target);
    if (distance >= 0.5 && distance <= 1) return target;
  }
}

/** Sines and cosines of both angles, 0.15 · their velocities; fingertip, target, and from the one to the other. */
function observe(qpos: Float64Array, qvel: Float64Array, observation: Float64Array, [x, y]: Float64Array) {
  for (let i = 0; i < 2; i++) {
    observation[i] = Math.sin(qpos[i]!);
    observation[2 + i] = Math.cos(qpos[i]!);
    observation[4 + i] = SECONDS_PER_STEP * qvel[i]!;
  }
  observation.set([x!, y!, qpos[2]!, qpos[3]!, x! - qpos[2]!, y! - qpos[3]!], 6);
}

function isReached([x, y]: Float64Array, [, , targetX, targetY]: Float64Array): boolean {
  return Math.abs(x! - targetX!) + Math.abs(y! - targetY!) < NEAR;
}

/**
 * Writes the arm after Decision Transformer's `reacher_2d.xml`. There the target's place is edited in the model; here it has coordinates
 * of its own, so that a state says all. The floor is left out, which nothing reaches.
 */
function reacher2dMjcf(inertia: Inertia): string {
  const density = 1000;
  const joint = { type: 'hinge', axis: [0, 0, 1], armature: 0.05, damping: 1 };
  // Only the arm's base ever touches, and pushes against the upper arm without friction, and so without effect.
  const touching = { condim: 1, friction: [1, 0.1, 0.1] };
  const upperArm = straightLimb({ end: [UPPER_ARM, 0, 0], radius: 0.05, density }, inertia, touching);
  const forearm = straightLimb({ end: [0.4, 0, 0], radius: 0.05, density }, inertia, touching);
  return element('mujoco', {}, [
    element('compiler', { angle: 'radian' }),
    element('option', { timestep: TIMESTEP, gravity: [0, 0, 0], integrator: 'RK4' }),
    element('size', { memory: '256K' }),
    element('worldbody', {}, [
      element('geom', { type: 'capsule', fromto: [0, 0, -0.1, 0, 0, 0.1], size: 0.1, ...touching }),
      element('body', { name: 'upper-arm', pos: [0, 0, -0.075], axisangle: [0, 0, 1, BEND] }, [
        element('joint', { name: 'shoulder', ...joint }),
        ...upperArm,
        element('body', { name: 'forearm', pos: [UPPER_ARM, 0, 0], axisangle: [0, 0, 1, -BEND] }, [
          element('joint', { name: 'elbow', ...joint, limited: 'true', range: [-2, 3.5] }),
          ...forearm,
          element('site', { name: 'fingertip', pos: [FOREARM, 0, 0], size: 0.05 }),
        ]),
      ]),
      element('body', { name: 'target', pos: [0, 0, -0.1] }, [
        element('joint', { name: 'target-x', type: 'slide', axis: [1, 0, 0] }),
        element('joint', { name: 'target-y', type: 'slide', axis: [0, 1, 0] }),
        element('geom', { type: 'cylinder', size: [0.1, 0.05], contype: 0, conaffinity: 0 }),
      ]),
    ]),
    element('actuator', {}, [
      element('motor', { joint: 'shoulder', ctrllimited: 'true', ctrlrange: [-1, 1] }),
      element('motor', { joint: 'elbow', ctrllimited: 'true', ctrlrange: [-1, 1] }),
    ]),
  ]);
}

/** Moves the fingertip to the target. */
export const reaching: Player = {
  name: 'reaching',
  description: 'moves an arm’s fingertip to the target, or, with noise, to where it takes it to be',
  policy: (_, { seed, noise }) =>
    reachingPolicy({ upperArm: UPPER_ARM, forearm: FOREARM, bend: BEND }, { seed, noise }),
};

/**
 * Opens the arm.
 *
 * @param target of every episode. @default each draws its own
 */
export function openReacher2d(
  spec: EnvironmentSpec,
  { inertia = 'exact', target }: EnvironmentOptions & { readonly target?: Target } = {},
): Promise<MujocoEnvironment> {
  return openMujoco(reacher2dMjcf(inertia), {
    spec,
    frameSkip: FRAME_SKIP,
    drawInitialState: (rng, qpos) => drawInitialState(rng, qpos, target),
    observe: (qpos, qvel, observation, { sitePositions }) => observe(qpos, qvel, observation, sitePositions),
    isTerminated: () => false,
    reward: (_, qpos, __, ___, { sitePositions }) => Number(isReached(sitePositions, qpos)),
  });
}

/**
 * Reacher2d, the sparse one that Decision Transformer's authors made and LaMo's used: an arm with two joints is paid 1 for each step
 * in which its fingertip is at the target (`reacher_2d.py`). LaMo's score is the return: all 100 steps at the target would be 100.
 */
export const reacher2d = defineEnvironment({
  name: 'reacher2d',
  version: 1,
  spec: {
    observationSize: 12,
    observationSpace: { kind: 'vector', parts: { goal: { start: 8, end: 10 } } },
    actionSize: 2,
    actionLow: -1,
    actionHigh: 1,
    maxEpisodeSteps: 100,
  },
  score: { random: 0, expert: 100, source: 'LaMo' },
  collectors: [reaching],
  options: { inertia: ['exact', 'legacy'] },
  open: openReacher2d,
});
