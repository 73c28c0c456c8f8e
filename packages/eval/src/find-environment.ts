import type { Environment } from '@lamo/core';
import type { EnvironmentEntry, EnvironmentOptions } from './define-environment';
import * as registry from './registry';
import { unknownEnvironment } from './unknown-environment';

const entries: readonly EnvironmentEntry[] = Object.values(registry).flat();

/** All environments by id. */
export const environments: ReadonlyMap<string, EnvironmentEntry> = new Map(
  entries.map((entry) => [entry.spec.id, entry]),
);

/** By name, without the version: the only one, or the default. */
const byName: ReadonlyMap<string, EnvironmentEntry> = new Map(
  entries.filter(isMeantByName).map((entry) => [entry.name, entry]),
);

function isMeantByName({ name, defaultVersion }: EnvironmentEntry): boolean {
  return defaultVersion === true || entries.filter((entry) => entry.name === name).length === 1;
}

/**
 * Finds the entry of an environment, without starting it.
 *
 * @param name for example `hopper-v4` or `maze2d-umaze-v1`; capitals do not matter (`Hopper-v4`). Without a version it means the one that
 *   D4RL's data go with, where there are several: `hopper` is `hopper-v4`, `maze2d-umaze` is `maze2d-umaze-v1`
 * @throws LamoError `unknown-environment`, which names what is near
 */
export function findEnvironment(name: string): EnvironmentEntry {
  const found = lookUpEnvironment(name);
  if (found !== undefined) return found;
  throw unknownEnvironment(name, [...byName.keys()], [...environments.keys()]);
}

/** Finds what {@link findEnvironment} finds; undefined if there is nothing of that name. */
export function lookUpEnvironment(name: string): EnvironmentEntry | undefined {
  const typed = name.toLowerCase();
  return environments.get(typed) ?? byName.get(typed);
}

/**
 * Creates an environment, loading its simulator at the first call. Dispose it after use: its state may live outside the
 * garbage collector.
 *
 * @param name as of {@link findEnvironment}
 * @throws LamoError `unknown-environment`, which names what is near; `unknown-option`
 * @example
 * const environment = await createEnvironment('hopper-v4');
 * const observation = environment.reset(7);
 * const { reward, terminated } = environment.step([0.1, -0.3, 0.5]);
 * environment.dispose();
 */
export async function createEnvironment(
  name: string,
  options: EnvironmentOptions = {},
): Promise<Environment> {
  return findEnvironment(name).open(options);
}
