import {
  type ActionBounds,
  type Environment,
  type EnvironmentSpec,
  LamoError,
  Rng,
  type StepResult,
  showValue,
} from '@lamo/core';
import { environmentBounds } from '@lamo/data';
import { notRunning } from '../not-running';
import { loadMujoco } from './load-mujoco';
import type { Scene } from './scene';
import { createSimulation, type DerivedState, type Simulation } from './simulation';

/** An environment whose physical state can be read and set, for collecting data and replaying recordings. */
export interface MujocoEnvironment extends Environment {
  /** Current positions; a live view, so copy what you keep. */
  readonly qpos: Float64Array;
  /** Current velocities; a live view, so copy what you keep. */
  readonly qvel: Float64Array;
  /**
   * Starts an episode in a given state instead of a random one.
   *
   * @param qpos positions, as many as {@link MujocoEnvironment.qpos} has
   * @param qvel velocities, as many as {@link MujocoEnvironment.qvel} has
   * @returns [O] the first observation
   * @throws LamoError `length-mismatch`, `not-finite`
   */
  setState(qpos: ArrayLike<number>, qvel: ArrayLike<number>): Float64Array;
  /** Seconds of the simulated world that a step takes. */
  readonly secondsPerStep: number;
  /** Reads what there is to be seen. */
  scene(): Scene;
  /**
   * Says where bodies are at some positions. It moves them there, so the running episode ends: reset before the next step.
   *
   * @param qpos positions, as many as {@link MujocoEnvironment.qpos} has
   * @returns [bodies, 7] for each body of {@link Scene} x, y, z and a unit quaternion w, x, y, z
   * @throws LamoError `length-mismatch`, `not-finite`
   */
  posesAt(qpos: ArrayLike<number>): Float32Array;
}

/** What turns a simulation into a task: initial states, observations, rewards and termination. */
export interface MujocoTask {
  /** The spec of the environment. */
  readonly spec: EnvironmentSpec;
  /** Simulation steps per environment step. */
  readonly frameSkip: number;
  /** Draws the state that an episode starts in. */
  drawInitialState(rng: Rng, qpos: Float64Array, qvel: Float64Array): void;
  /** Whether contact forces are computed after each step. @default false */
  readonly contactForces?: boolean;
  /** Learns that an episode starts, before its first observation. @param rng for what the task draws during the episode */
  start?(rng: Rng): void;
  /** Writes what the actuators are given for an action. @param action [A] clipped. @default the action itself */
  control?(action: Float64Array, control: Float64Array): void;
  /** Changes the state before each step, or notes what its reward will depend on, if the task requires it. */
  beforeStep?(qvel: Float64Array, derived: DerivedState): void;
  /** Writes the observation of a state. */
  observe(qpos: Float64Array, qvel: Float64Array, observation: Float64Array, derived: DerivedState): void;
  /** Tells whether the task has ended in a state; called once after each step, when its state has been observed. */
  isTerminated(qpos: Float64Array, qvel: Float64Array): boolean;
  /** Computes the reward of a step. @param action [A] clipped */
  reward(
    previousQpos: Float64Array,
    qpos: Float64Array,
    action: Float64Array,
    terminated: boolean,
    derived: DerivedState,
  ): number;
}

/** Tells whether an environment is simulated by MuJoCo, so that its physical state can be read and set. */
export function isMujocoEnvironment(environment: Environment): environment is MujocoEnvironment {
  return 'qpos' in environment && 'qvel' in environment && 'setState' in environment;
}

/**
 * Opens an environment that MuJoCo simulates, loading MuJoCo at the first call.
 *
 * @param mjcf the model, in MuJoCo's XML format
 * @throws LamoError `mujoco-unavailable`, `out-of-memory`; `bad-model` with MuJoCo's own message, or if the number of actuators
 *   differs from `actionSize`
 */
export async function openMujoco(mjcf: string, task: MujocoTask): Promise<MujocoEnvironment> {
  return createMujocoEnvironment(createSimulation(await loadMujoco(), mjcf), task);
}

/**
 * Combines a simulation and a task into an environment, which owns the simulation. A step clips the action, holds what
 * it makes the actuators do for `frameSkip` simulation steps, then reads state, reward and end, in Gymnasium's order.
 */
export function createMujocoEnvironment(simulation: Simulation, task: MujocoTask): MujocoEnvironment {
  const { spec } = task;
  const result = startOutcome(spec);
  const act = createActor(simulation, task, result);
  let rng = Rng.fromSeed(0);
  let steps = 0;
  let running = false;

  function start(): Float64Array {
    simulation.forward();
    task.start?.(rng);
    task.observe(simulation.qpos, simulation.qvel, result.observation, simulation.derived);
    steps = 0;
    running = true;
    return result.observation;
  }

  return {
    spec,
    get qpos() {
      return simulation.qpos;
    },
    get qvel() {
      return simulation.qvel;
    },
    reset(seed) {
      if (seed !== undefined) rng = Rng.fromSeed(seed);
      simulation.reset();
      task.drawInitialState(rng, simulation.qpos, simulation.qvel);
      return start();
    },
    setState(qpos, qvel) {
      setState(simulation, spec.id, qpos, qvel);
      return start();
    },
    step(action) {
      if (!running) throw notRunning(spec.id);
      act(action);
      steps += 1;
      result.truncated = !result.terminated && steps >= spec.maxEpisodeSteps;
      running = !result.terminated && !result.truncated;
      return result;
    },
    ...looks(simulation, task, () => {
      running = false;
    }),
    dispose: simulation.dispose,
  };
}

/** What there is to be seen of a simulation. */
function looks(
  simulation: Simulation,
  { spec, frameSkip }: MujocoTask,
  endEpisode: () => void,
): Pick<MujocoEnvironment, 'secondsPerStep' | 'scene' | 'posesAt'> {
  return {
    secondsPerStep: simulation.timestep * frameSkip,
    scene: simulation.scene,
    posesAt(qpos) {
      checkLength(spec.id, 'positions', simulation.positionSize, qpos.length);
      checkState(spec.id, 'positions', qpos);
      endEpisode();
      return simulation.place(qpos);
    },
  };
}

/** The outcome of one action; overwritten by each step. */
type Outcome = { -readonly [Key in keyof StepResult]: StepResult[Key] } & { observation: Float64Array };

function startOutcome({ observationSize }: EnvironmentSpec): Outcome {
  const observation = new Float64Array(observationSize);
  return { observation, reward: 0, terminated: false, truncated: false };
}

/** Creates a function that carries out an action and writes the result into `outcome`. */
function createActor(simulation: Simulation, task: MujocoTask, outcome: Outcome) {
  checkActuators(simulation, task.spec);
  const action = new Float64Array(task.spec.actionSize);
  const bounds = environmentBounds(task.spec);
  const previousQpos = new Float64Array(simulation.positionSize);
  return (chosen: ArrayLike<number>) => {
    clipInto(action, chosen, task.spec.id, bounds);
    const { qpos, qvel, derived } = simulation;
    previousQpos.set(qpos);
    task.beforeStep?.(qvel, derived);
    if (task.control === undefined) simulation.control.set(action);
    else task.control(action, simulation.control);
    simulation.step(task.frameSkip);
    if (task.contactForces === true) simulation.computeContactForces();
    task.observe(qpos, qvel, outcome.observation, derived);
    outcome.terminated = task.isTerminated(qpos, qvel);
    outcome.reward = task.reward(previousQpos, qpos, action, outcome.terminated, derived);
  };
}

function setState(
  simulation: Simulation,
  id: string,
  qpos: ArrayLike<number>,
  qvel: ArrayLike<number>,
): void {
  checkLength(id, 'positions', simulation.positionSize, qpos.length);
  checkLength(id, 'velocities', simulation.velocitySize, qvel.length);
  checkState(id, 'positions', qpos);
  checkState(id, 'velocities', qvel);
  simulation.reset();
  simulation.qpos.set(qpos);
  simulation.qvel.set(qvel);
}

function clipInto(action: Float64Array, chosen: ArrayLike<number>, id: string, { low, high }: ActionBounds) {
  checkLength(id, 'action components', action.length, chosen.length);
  for (let i = 0; i < action.length; i++) {
    const component = chosen[i]!;
    if (!Number.isFinite(component)) throw notFinite(id, i, component);
    action[i] = Math.min(high[i]!, Math.max(low[i]!, component));
  }
}

function checkLength(id: string, what: string, expected: number, received: number): void {
  if (expected === received) return;
  throw new LamoError({
    where: `eval/${id}`,
    code: 'length-mismatch',
    problem: `The number of ${what} differs from the environment's`,
    expected: `${expected}`,
    received: `${received}`,
    hint: `Use a policy or a dataset that was made for ${id}.`,
  });
}

function checkState(id: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new LamoError({
      where: `eval/${id}`,
      code: 'not-finite',
      problem: `Index ${i} of the ${what} is not a finite number`,
      received: showValue(values[i]),
      hint: 'Only set states that the environment has been in.',
    });
  }
}

function notFinite(id: string, index: number, received: number): LamoError {
  return new LamoError({
    where: `eval/${id}`,
    code: 'not-finite',
    problem: `Component ${index} of the action is not a finite number`,
    received: `${received}`,
    hint: 'The policy has diverged: check its training losses.',
  });
}

function checkActuators(simulation: Simulation, { id, actionSize }: EnvironmentSpec): void {
  if (simulation.controlSize === actionSize) return;
  simulation.dispose();
  throw new LamoError({
    where: `eval/${id}`,
    code: 'bad-model',
    problem: 'The number of actuators in the model differs from `actionSize` of the spec',
    expected: `${actionSize}`,
    received: `${simulation.controlSize}`,
  });
}
