import type { Rng } from '@lamo/core';
import type { Mujoco } from '../mujoco/load-mujoco';
import { createSimulation } from '../mujoco/simulation';
import { createMujocoEnvironment, type MujocoEnvironment, type Task } from './mujoco-environment';
import { type Inertia, type PlanarRobotModel, planarRobotMjcf } from './planar-robot-model';

/** A locomotion task of Gymnasium: a robot's numbers, its reward and its termination. */
export interface PlanarRobot {
  readonly id: string;
  readonly model: PlanarRobotModel;
  readonly frameSkip: number;
  /** Observed velocities are clipped to this, if given. */
  readonly velocityLimit?: number;
  /** Adds the noise of a reset to the model's own pose at rest. */
  drawInitialState(rng: Rng, qpos: Float64Array, qvel: Float64Array): void;
  isTerminated(qpos: Float64Array, qvel: Float64Array): boolean;
  /** @param speed of the torso along x, metres per second */
  reward(speed: number, action: Float64Array, terminated: boolean): number;
}

/** Episodes of all three robots are cut after this many steps. */
const MAX_EPISODE_STEPS = 1000;

/** Creates the environment of a robot. What is seen: qpos without x, then qvel. */
export function createPlanarRobot(
  mujoco: Mujoco,
  robot: PlanarRobot,
  inertia: Inertia = 'exact',
): MujocoEnvironment {
  const simulation = createSimulation(mujoco, planarRobotMjcf(robot.model, inertia));
  const { positionSize, velocitySize, controlSize } = simulation;
  const secondsPerStep = robot.model.timestep * robot.frameSkip;
  const limit = robot.velocityLimit ?? Number.POSITIVE_INFINITY;
  const task: Task = {
    spec: {
      id: robot.id,
      observationSize: positionSize - 1 + velocitySize,
      actionSize: controlSize,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: MAX_EPISODE_STEPS,
    },
    frameSkip: robot.frameSkip,
    drawInitialState: robot.drawInitialState,
    isTerminated: robot.isTerminated,
    observe(qpos, qvel, observation) {
      for (let i = 1; i < positionSize; i++) observation[i - 1] = qpos[i]!;
      for (let i = 0; i < velocitySize; i++) {
        observation[positionSize - 1 + i] = Math.min(limit, Math.max(-limit, qvel[i]!));
      }
    },
    reward(previousQpos, qpos, action, terminated) {
      return robot.reward((qpos[0]! - previousQpos[0]!) / secondsPerStep, action, terminated);
    },
  };
  return createMujocoEnvironment(simulation, task);
}

/** Computes weight · Σ a², in float32 as Gymnasium does (its actions are float32). */
export function controlCost(weight: number, action: Float64Array): number {
  let sum = 0;
  for (const component of action) {
    const rounded = Math.fround(component);
    sum = Math.fround(sum + Math.fround(rounded * rounded));
  }
  return Math.fround(Math.fround(weight) * sum);
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
