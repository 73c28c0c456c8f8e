import { LamoError, nearest } from '@lamo/core';
import { loadMujoco, type Mujoco } from '../mujoco/load-mujoco';
import { halfCheetah } from './half-cheetah';
import { hopper } from './hopper';
import { createMaze2d, type Maze2d, maze2dTasks } from './maze2d';
import type { MujocoEnvironment } from './mujoco-environment';
import { createPlanarRobot, type PlanarRobot } from './planar-robot';
import type { Inertia } from './planar-robot-model';
import { walker2d } from './walker2d';

/** Options of {@link createEnvironment}. */
export interface EnvironmentOptions {
  /**
   * How the robots' inertia is computed: `exact` as in Gymnasium's v4 and v5, `legacy` as in Gym's v2 and v3,
   * in which D4RL's robot data were collected. Mazes have none to choose.
   * @default 'exact'
   */
  readonly inertia?: Inertia;
}

type Create = (mujoco: Mujoco, options: EnvironmentOptions) => MujocoEnvironment;

const registry: ReadonlyMap<string, Create> = new Map([
  robot(halfCheetah('v4')),
  robot(halfCheetah('v5')),
  robot(hopper('v4')),
  robot(hopper('v5')),
  robot(walker2d('v4')),
  robot(walker2d('v5')),
  ...maze2dTasks.map(maze),
]);

/** Lists the ids that {@link createEnvironment} knows. */
export function environmentIds(): string[] {
  return [...registry.keys()];
}

/**
 * Creates an environment, loading MuJoCo at the first call. Dispose it after use: it lives outside the garbage
 * collector.
 *
 * @param id for example `hopper-v4` or `maze2d-umaze-v1`; capitals do not matter (`Hopper-v4`)
 * @throws LamoError `unknown-environment`, which names the nearest id
 * @example
 * const environment = await createEnvironment('hopper-v4');
 * const observation = environment.reset(7);
 * const { reward, terminated } = environment.step([0.1, -0.3, 0.5]);
 * environment.dispose();
 */
export async function createEnvironment(
  id: string,
  options: EnvironmentOptions = {},
): Promise<MujocoEnvironment> {
  const create = registry.get(id.toLowerCase());
  if (create === undefined) throw unknownEnvironment(id);
  return create(await loadMujoco(), options);
}

function robot(description: PlanarRobot): [string, Create] {
  return [description.id, (mujoco, { inertia }) => createPlanarRobot(mujoco, description, inertia)];
}

function maze(task: Maze2d): [string, Create] {
  return [task.id, (mujoco) => createMaze2d(mujoco, task)];
}

function unknownEnvironment(id: string): LamoError {
  const ids = environmentIds();
  const near = nearest(id, ids);
  return new LamoError({
    where: 'eval/environments',
    code: 'unknown-environment',
    problem: `There is no environment "${id}"`,
    expected: `one of ${ids.join(', ')}`,
    received: `"${id}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}
