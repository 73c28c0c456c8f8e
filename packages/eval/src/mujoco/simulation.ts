import { LamoError } from '@lamo/data';
import type { MjData, MjModel } from '@mujoco/mujoco';
import type { Mujoco } from './load-mujoco';

/** One MuJoCo model with its state, on the WebAssembly heap until {@link Simulation.dispose}. */
export interface Simulation {
  /** Number of position coordinates. */
  readonly positionSize: number;
  /** Number of velocity coordinates. */
  readonly velocitySize: number;
  /** Number of actuators. */
  readonly controlSize: number;
  /** [positionSize] a live view; read it anew after other simulations were created. */
  readonly qpos: Float64Array;
  /** [velocitySize] a live view, as {@link Simulation.qpos}. */
  readonly qvel: Float64Array;
  /** [controlSize] what the actuators get at the next step, as {@link Simulation.qpos}. */
  readonly control: Float64Array;
  /** Goes back to the model's own initial state and forgets what the solver would start from. */
  reset(): void;
  /** Computes everything that derives from the present qpos and qvel. */
  forward(): void;
  /** Advances by `count` time steps under the present control. */
  step(count: number): void;
  /** Frees the model and its state. Safe to call twice. */
  dispose(): void;
}

/**
 * Compiles an MJCF text and allocates its state.
 *
 * @param mjcf MuJoCo's XML model format
 * @throws LamoError `bad-model` with MuJoCo's own words if the text does not compile
 */
export function createSimulation(mujoco: Mujoco, mjcf: string): Simulation {
  const model = compileModel(mujoco, mjcf);
  const data = new mujoco.MjData(model);
  let disposed = false;
  let views = readViews(data);

  /** The heap moves when it grows: then old views have length 0 and are read again. */
  function live(): Views {
    if (disposed) throw disposedError();
    if (views.qpos.length === 0) views = readViews(data);
    return views;
  }

  return {
    positionSize: views.qpos.length,
    velocitySize: views.qvel.length,
    controlSize: views.control.length,
    get qpos() {
      return live().qpos;
    },
    get qvel() {
      return live().qvel;
    },
    get control() {
      return live().control;
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
    dispose() {
      if (disposed) return;
      disposed = true;
      data.delete();
      model.delete();
    },
  };
}

interface Views {
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly control: Float64Array;
}

function readViews(data: MjData): Views {
  return { qpos: data.qpos, qvel: data.qvel, control: data.ctrl };
}

function compileModel(mujoco: Mujoco, mjcf: string): MjModel {
  try {
    return mujoco.MjModel.from_xml_string(mjcf);
  } catch (cause) {
    throw new LamoError({
      where: 'eval/mujoco',
      code: 'bad-model',
      problem: 'MuJoCo could not compile the model',
      expected: 'a text in MJCF',
      received: cause instanceof Error ? cause.message.trim() : String(cause),
      cause,
    });
  }
}

function disposedError(): LamoError {
  return new LamoError({
    where: 'eval/mujoco',
    code: 'disposed',
    problem: 'The simulation was used after dispose',
    hint: 'Create a new environment, or dispose later.',
  });
}
