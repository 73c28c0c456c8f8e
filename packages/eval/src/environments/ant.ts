import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import { type MujocoTask, openMujoco } from '../mujoco/mujoco-environment';
import { antMjcf, antPositions, antVelocities } from '../robots/ant-model';
import { addNormal, addUniform, controlCost } from '../robots/planar-robot';

const TIMESTEP = 0.01;
const FRAME_SKIP = 5;
/** Contact forces are clipped to this, along each axis. */
const LARGEST_FORCE = 1;
/** Qpos without x and y, and qvel. */
const OWN_SIZE = antPositions - 2 + antVelocities;
/** Six components for each of the ant's bodies; v5 does not show those of the world. */
const FORCES_SIZE = 6 * 13;

/**
 * Describes Ant: four legs that are rewarded for walking along x. Numbers of Gym's `ant.xml`; reward and termination of Gymnasium's
 * `ant_v4.py` and `ant_v5.py` (v5 shows contact forces and takes a cost for them, and pays no bonus for the fatal step).
 */
function antTask(version: 4 | 5): Omit<MujocoTask, 'spec'> {
  let startX = 0;
  return {
    frameSkip: FRAME_SKIP,
    contactForces: version === 5,
    drawInitialState(rng, qpos, qvel) {
      addUniform(rng, qpos, 0.1);
      addNormal(rng, qvel, 0.1);
    },
    beforeStep(_, { bodyPositions }) {
      startX = torsoX(bodyPositions);
    },
    observe(qpos, qvel, observation, { contactForces }) {
      observation.set(qpos.subarray(2));
      observation.set(qvel, antPositions - 2);
      for (let i = OWN_SIZE; i < observation.length; i++)
        observation[i] = clipForce(contactForces[i - OWN_SIZE + 6]!);
    },
    isTerminated: (qpos, qvel) => !isHealthy(qpos, qvel),
    reward(_, __, action, terminated, { bodyPositions, contactForces }) {
      const speed = (torsoX(bodyPositions) - startX) / (TIMESTEP * FRAME_SKIP);
      const bonus = version === 5 && terminated ? 0 : 1;
      const cost = controlCost(0.5, action) + (version === 5 ? contactCost(contactForces) : 0);
      return speed + bonus - cost;
    },
  };
}

/** The torso is the first body after the world. */
function torsoX(bodyPositions: Float64Array): number {
  return bodyPositions[3]!;
}

function isHealthy(qpos: Float64Array, qvel: Float64Array): boolean {
  const height = qpos[2]!;
  return height >= 0.2 && height <= 1 && qpos.every(Number.isFinite) && qvel.every(Number.isFinite);
}

function contactCost(forces: Float64Array): number {
  let sum = 0;
  for (const force of forces) sum += clipForce(force) ** 2;
  return 5e-4 * sum;
}

function clipForce(force: number): number {
  return Math.min(LARGEST_FORCE, Math.max(-LARGEST_FORCE, force));
}

/** Ant in Gymnasium's versions. */
export const ant = ([4, 5] as const).map((version) =>
  defineEnvironment({
    name: 'ant',
    version,
    defaultVersion: version === 4,
    spec: {
      observationSize: version === 5 ? OWN_SIZE + FORCES_SIZE : OWN_SIZE,
      actionSize: 8,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: 1000,
    },
    score: d4rlReturns(`ant-v${version}`),
    options: { inertia: ['exact', 'legacy'] },
    open: (spec, { inertia = 'exact' }) =>
      openMujoco(antMjcf({ timestep: TIMESTEP, gear: 150 }, inertia), { spec, ...antTask(version) }),
  }),
);
