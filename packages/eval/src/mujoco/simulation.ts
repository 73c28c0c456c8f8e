import { LamoError } from '@lamo/core';
import type { MjData, MjModel } from '@mujoco/mujoco';
import type { Mujoco } from './load-mujoco';
import { readScene, type Scene } from './scene';
import { acquireModel, releaseModel } from './shared-model';

/**
 * What MuJoCo derives from positions and velocities, by its numbering of bodies (the world is 0) and sites. It is as of the last evaluation:
 * of the last simulation step's beginning, or of its last stage under RK4. Live views: copy what you keep.
 */
export interface DerivedState {
  /** [bodies, 3] where the origin of each body's frame is. */
  readonly bodyPositions: Float64Array;
  /** [sites, 3] */
  readonly sitePositions: Float64Array;
  /** [bodies, 6] torque and force of contacts on each body, if the task has them computed; else 0. */
  readonly contactForces: Float64Array;
}

/** One MuJoCo model with its state, on the WebAssembly heap until {@link Simulation.dispose}. */
export interface Simulation {
  /** Number of position coordinates. */
  readonly positionSize: number;
  /** Number of velocity coordinates. */
  readonly velocitySize: number;
  /** Number of actuators. */
  readonly controlSize: number;
  /** Seconds that a step of the simulation takes. */
  readonly timestep: number;
  /** [positionSize] a live view; read this property again after other simulations were created. */
  readonly qpos: Float64Array;
  /** [velocitySize] a live view, as {@link Simulation.qpos}. */
  readonly qvel: Float64Array;
  /** [controlSize] input of the actuators at the next step, as {@link Simulation.qpos}. */
  readonly control: Float64Array;
  /** What follows from the state. */
  readonly derived: DerivedState;
  /** Returns to the model's initial state and clears the solver's warm start. */
  reset(): void;
  /** Computes everything that derives from the current qpos and qvel. */
  forward(): void;
  /** Advances by `count` time steps under the current control. */
  step(count: number): void;
  /** Computes {@link DerivedState.contactForces} of the last step; until then they are 0. */
  computeContactForces(): void;
  /** Reads what the model looks like. */
  scene(): Scene;
  /**
   * Moves the bodies to positions, without simulating anything.
   *
   * @param qpos [positionSize]
   * @returns [bodies, 7] where each body is: x, y, z and a unit quaternion w, x, y, z
   */
  place(qpos: ArrayLike<number>): Float32Array;
  /** Frees the state, and the model if nobody else uses it. Safe to call twice. */
  dispose(): void;
}

/**
 * Allocates the state of a model, which simulations of the same text share.
 *
 * @param mjcf MuJoCo's XML model format
 * @throws LamoError `bad-model` with MuJoCo's own message if the text does not compile, `out-of-memory`
 */
export function createSimulation(mujoco: Mujoco, mjcf: string): Simulation {
  const model = acquireModel(mujoco, mjcf);
  const data = allocateState(mujoco, model, mjcf);
  let disposed = false;
  let views = readViews(data);

  /** The heap moves when it grows: old views then have length 0 and are created again. */
  function live(): Views {
    if (disposed) throw disposedError();
    if (views.qpos.length === 0) views = readViews(data);
    return views;
  }

  return {
    positionSize: views.qpos.length,
    velocitySize: views.qvel.length,
    controlSize: views.control.length,
    timestep: model.opt.timestep,
    get qpos() {
      return live().qpos;
    },
    get qvel() {
      return live().qvel;
    },
    get control() {
      return live().control;
    },
    get derived() {
      return live();
    },
    reset() {
      live();
      mujoco.mj_resetData(model, data);
    },
    forward() {
      live();
      mujoco.mj_forward(model, data);
    },
    step(count) {
      live();
      for (let i = 0; i < count; i++) mujoco.mj_step(model, data);
    },
    ...readings(mujoco, model, data, live),
    dispose() {
      if (disposed) return;
      disposed = true;
      data.delete();
      releaseModel(mjcf);
    },
  };
}

/** What is read out of a simulation beside its state. */
function readings(
  mujoco: Mujoco,
  model: MjModel,
  data: MjData,
  live: () => Views,
): Pick<Simulation, 'computeContactForces' | 'scene' | 'place'> {
  return {
    computeContactForces() {
      live();
      mujoco.mj_rnePostConstraint(model, data);
    },
    scene() {
      live();
      return readScene(model);
    },
    place(qpos) {
      live().qpos.set(qpos);
      mujoco.mj_kinematics(model, data);
      return readPoses(data, model.nbody);
    },
  };
}

interface Views extends DerivedState {
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly control: Float64Array;
}

function readViews(data: MjData): Views {
  return {
    qpos: data.qpos,
    qvel: data.qvel,
    control: data.ctrl,
    bodyPositions: data.xpos,
    sitePositions: data.site_xpos,
    contactForces: data.cfrc_ext,
  };
}

function readPoses({ xpos, xquat }: MjData, bodies: number): Float32Array {
  const poses = new Float32Array(7 * bodies);
  for (let body = 0; body < bodies; body++) {
    poses.set(xpos.subarray(3 * body, 3 * body + 3), 7 * body);
    poses.set(xquat.subarray(4 * body, 4 * body + 4), 7 * body + 3);
  }
  return poses;
}

function allocateState(mujoco: Mujoco, model: MjModel, mjcf: string): MjData {
  try {
    return new mujoco.MjData(model);
  } catch (cause) {
    releaseModel(mjcf);
    throw new LamoError({
      where: 'eval/mujoco',
      code: 'out-of-memory',
      problem: 'There is not enough memory for another simulation',
      received: cause instanceof Error ? cause.message.trim() : String(cause),
      hint: 'Run fewer episodes side by side, and dispose environments after use.',
      cause,
    });
  }
}

function disposedError(): LamoError {
  return new LamoError({
    where: 'eval/mujoco',
    code: 'disposed',
    problem: 'The simulation was used after it was disposed',
    hint: 'Create a new environment, or dispose of it later.',
  });
}
