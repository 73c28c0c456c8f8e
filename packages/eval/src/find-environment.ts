import { type Environment, LamoError } from '@lamo/core';
import type { EnvironmentEntry, EnvironmentOptions } from './define-environment';
import { gymnasiumEnvironment } from './gymnasium/gymnasium-environment';
import { gymnasiumId, namedPython } from './gymnasium/named-python';
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

/** Environments of Gymnasium, of which Python has said what they are, by name. */
const prepared = new Map<string, EnvironmentEntry>();

function isMeantByName({ name, defaultVersion }: EnvironmentEntry): boolean {
  return defaultVersion === true || entries.filter((entry) => entry.name === name).length === 1;
}

/**
 * Finds the entry of an environment, without starting it.
 *
 * @param name for example `hopper-v4` or `maze2d-umaze-v1`; capitals do not matter (`Hopper-v4`). Without a version it means the one that
 *   D4RL's data go with, where there are several: `hopper` is `hopper-v4`, `maze2d-umaze` is `maze2d-umaze-v1`
 * @throws LamoError `unknown-environment`, which names what is near; `not-prepared` for one of Gymnasium that {@link prepareEnvironment}
 *   was not asked for
 */
export function findEnvironment(name: string): EnvironmentEntry {
  const found = lookUpEnvironment(name);
  if (found !== undefined) return found;
  if (gymnasiumId(name) !== undefined) throw notPrepared(name);
  throw unknownEnvironment(name, [...byName.keys()], [...environments.keys()]);
}

/** Finds what {@link findEnvironment} finds; undefined if there is nothing of that name. */
export function lookUpEnvironment(name: string): EnvironmentEntry | undefined {
  const typed = name.toLowerCase();
  return prepared.get(name) ?? environments.get(typed) ?? byName.get(typed);
}

/**
 * Finds what {@link findEnvironment} finds, or an environment of Python's Gymnasium, as `gymnasium:Pendulum-v1`: the Python that the
 * environment variable `LAMO_PYTHON` names is started to say what it is, once. From then on it is found by this name as any other.
 *
 * @throws LamoError `unknown-environment`, `no-python`, and what {@link gymnasiumEnvironment} throws
 */
export async function prepareEnvironment(name: string): Promise<EnvironmentEntry> {
  const found = lookUpEnvironment(name);
  const id = gymnasiumId(name);
  if (found !== undefined || id === undefined) return found ?? findEnvironment(name);
  const entry = await gymnasiumEnvironment(id, { python: namedPython(name) });
  prepared.set(name, entry);
  return entry;
}

function notPrepared(name: string): LamoError {
  return new LamoError({
    where: 'eval/environments',
    code: 'not-prepared',
    problem: `Python has not been asked yet what ${name} is`,
    expected: `prepareEnvironment('${name}') before`,
    received: 'findEnvironment',
  });
}

/**
 * Creates an environment, loading its simulator at the first call. Dispose it after use: its state may live outside the
 * garbage collector.
 *
 * @param name as of {@link prepareEnvironment}
 * @throws LamoError `unknown-environment`, which names what is near; `unknown-option`; what {@link prepareEnvironment} throws
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
  return (await prepareEnvironment(name)).open(options);
}
