import { type Environment, LamoError, nearest } from '@lamo/core';
import type { EnvironmentEntry, EnvironmentOptions } from './define-environment';
import * as registry from './registry';

/** All environments by id. */
export const environments: ReadonlyMap<string, EnvironmentEntry> = new Map(
  Object.values(registry)
    .flat()
    .map((environment) => [environment.spec.id, environment]),
);

/**
 * Finds the entry of an environment, without starting it.
 *
 * @param id for example `hopper-v4` or `maze2d-umaze-v1`; capitals do not matter (`Hopper-v4`)
 * @throws LamoError `unknown-environment`, which names the nearest id
 */
export function findEnvironment(id: string): EnvironmentEntry {
  const found = environments.get(id.toLowerCase());
  if (found !== undefined) return found;
  const ids = [...environments.keys()];
  const near = nearest(id, ids);
  throw new LamoError({
    where: 'eval/environments',
    code: 'unknown-environment',
    problem: `There is no environment "${id}"`,
    expected: `one of ${ids.join(', ')}`,
    received: `"${id}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}

/**
 * Creates an environment, loading its simulator at the first call. Dispose it after use: its state may live outside the
 * garbage collector.
 *
 * @param id as of {@link findEnvironment}
 * @throws LamoError `unknown-environment`, which names the nearest id; `unknown-option`
 * @example
 * const environment = await createEnvironment('hopper-v4');
 * const observation = environment.reset(7);
 * const { reward, terminated } = environment.step([0.1, -0.3, 0.5]);
 * environment.dispose();
 */
export async function createEnvironment(id: string, options: EnvironmentOptions = {}): Promise<Environment> {
  return findEnvironment(id).open(options);
}
