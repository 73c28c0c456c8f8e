import { LamoError } from '@lamo/core';
import type { MjModel } from '@mujoco/mujoco';
import type { Mujoco } from './load-mujoco';

interface Compiled {
  readonly model: MjModel;
  users: number;
}

/** Models in use, by their text. */
const models = new Map<string, Compiled>();

/**
 * Compiles a model, or reuses the one that another simulation compiled from the same text: a simulation never
 * changes its model, and a batch of environments would otherwise compile it a hundred times.
 *
 * @throws LamoError `bad-model` with MuJoCo's own message
 */
export function acquireModel(mujoco: Mujoco, mjcf: string): MjModel {
  const compiled = models.get(mjcf) ?? { model: compile(mujoco, mjcf), users: 0 };
  compiled.users += 1;
  models.set(mjcf, compiled);
  return compiled.model;
}

/** Releases a model; the last user frees it. */
export function releaseModel(mjcf: string): void {
  const compiled = models.get(mjcf);
  if (compiled === undefined) return;
  compiled.users -= 1;
  if (compiled.users > 0) return;
  models.delete(mjcf);
  compiled.model.delete();
}

function compile(mujoco: Mujoco, mjcf: string): MjModel {
  try {
    return mujoco.MjModel.from_xml_string(mjcf);
  } catch (cause) {
    throw new LamoError({
      where: 'eval/mujoco',
      code: 'bad-model',
      problem: 'MuJoCo could not compile the model',
      expected: 'text in MJCF',
      received: cause instanceof Error ? cause.message.trim() : String(cause),
      cause,
    });
  }
}
