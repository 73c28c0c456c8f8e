import type { Rng } from '@lamo/core';
import type { EnvironmentDefinition } from '../define-environment';
import { type MujocoTask, openMujoco } from '../mujoco/mujoco-environment';
import { type Body, type PlanarRobotModel, planarRobotMjcf } from './planar-robot-model';

/** A locomotion task of Gymnasium: a robot's numbers, its reward and its termination. */
export interface PlanarRobot {
  readonly model: PlanarRobotModel;
  readonly frameSkip: number;
  /** Observed velocities are clipped to this, if given. */
  readonly velocityLimit?: number;
  /** Adds the noise of a reset to the model's initial pose. */
  drawInitialState(rng: Rng, qpos: Float64Array, qvel: Float64Array): void;
  isTerminated(qpos: Float64Array, qvel: Float64Array): boolean;
  /** @param speed of the torso along x, metres per second */
  reward(speed: number, action: Float64Array, terminated: boolean): number;
}

/** Episodes of all three robots are cut after this many steps. */
const MAX_EPISODE_STEPS = 1000;

/** Position of the torso along x and z, and its angle. */
const TORSO_COORDINATES = 3;

/** Defines the environment of a robot, except for its name. Observations: qpos without x, then qvel. */
export function planarRobot(robot: PlanarRobot): Pick<EnvironmentDefinition, 'spec' | 'options' | 'open'> {
  const hinges = countLimbs(robot.model.torso);
  const positionSize = TORSO_COORDINATES + hinges;
  return {
    spec: {
      observationSize: 2 * positionSize - 1,
      actionSize: hinges,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: MAX_EPISODE_STEPS,
    },
    options: { inertia: ['exact', 'legacy'] },
    open(spec, { inertia = 'exact' }) {
      return openMujoco(planarRobotMjcf(robot.model, inertia), { spec, ...robotTask(robot, positionSize) });
    },
  };
}

/** Each limb is attached by a hinge with a motor. */
function countLimbs({ limbs = [] }: Body): number {
  return limbs.reduce((count, limb) => count + 1 + countLimbs(limb), 0);
}

function robotTask(robot: PlanarRobot, positionSize: number): Omit<MujocoTask, 'spec'> {
  const secondsPerStep = robot.model.timestep * robot.frameSkip;
  const limit = robot.velocityLimit ?? Number.POSITIVE_INFINITY;
  return {
    frameSkip: robot.frameSkip,
    drawInitialState: robot.drawInitialState,
    isTerminated: robot.isTerminated,
    observe(qpos, qvel, observation) {
      for (let i = 1; i < positionSize; i++) observation[i - 1] = qpos[i]!;
      for (let i = 0; i < positionSize; i++) {
        observation[positionSize - 1 + i] = Math.min(limit, Math.max(-limit, qvel[i]!));
      }
    },
    reward(previousQpos, qpos, action, terminated) {
      return robot.reward((qpos[0]! - previousQpos[0]!) / secondsPerStep, action, terminated);
    },
  };
}

/** Computes weight · Σ a², in float32 as Gymnasium does (its actions are float32). */
export function controlCost(weight: number, action: Float64Array): number {
  const squares = Float32Array.from(action, (component) => Math.fround(component) ** 2);
  return Math.fround(Math.fround(weight) * sumAsNumpy(squares));
}

/** Sums in the order of NumPy's `sum`, which adds eight numbers pair by pair. The robots have eight motors at most. */
function sumAsNumpy(values: Float32Array): number {
  let sums = values;
  while (values.length === 8 && sums.length > 1)
    sums = Float32Array.from({ length: sums.length / 2 }, (_, i) => sums[2 * i]! + sums[2 * i + 1]!);
  return sums.reduce((sum, value) => Math.fround(sum + value), 0);
}

/** Adds to each value a draw from the uniform distribution over ±scale. */
export function addUniform(rng: Rng, values: Float64Array, scale: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + rng.uniform(-scale, scale);
}

/** Adds to each value a draw from the normal distribution with the given standard deviation. */
export function addNormal(rng: Rng, values: Float64Array, scale: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + scale * rng.normal();
}

/** Converts an angle to radians. */
export function degrees(angle: number): number {
  return (angle * Math.PI) / 180;
}
