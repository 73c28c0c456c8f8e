import { LamoError, nearest } from '@lamo/core';
import { canActOnline, ONLINE, online } from '../online/online';
import * as registry from '../registry';
import type { AnyAlgorithm } from './algorithm';

/** All registered algorithms by name, sorted. */
export const algorithms: ReadonlyMap<string, AnyAlgorithm> = new Map(
  Object.values<AnyAlgorithm>(registry)
    .map((algorithm) => [algorithm.name, algorithm] as const)
    .sort(([a], [b]) => a.localeCompare(b)),
);

/** The registered algorithms that learn from a kind of data. @param result kind of what comes out: `policy` @default any */
export function algorithmsOf(kind: AnyAlgorithm['data'], result?: string): ReadonlyMap<string, AnyAlgorithm> {
  const isAsked = (algorithm: AnyAlgorithm) =>
    algorithm.data === kind && (result === undefined || algorithm.result.kind === result);
  return new Map([...algorithms].filter(([, algorithm]) => isAsked(algorithm)));
}

/** Looks for an algorithm by name: a registered one, or one of them that goes on in an environment, `iql-online`. */
export function lookForAlgorithm(name: string): AnyAlgorithm | undefined {
  const registered = algorithms.get(name);
  if (registered !== undefined || !name.endsWith(ONLINE)) return registered;
  const offline = algorithms.get(name.slice(0, -ONLINE.length));
  return offline && canActOnline(offline) ? online(offline) : undefined;
}

/** Finds an algorithm by name, as {@link lookForAlgorithm}. @throws LamoError `unknown-algorithm`, naming the nearest one */
export function findAlgorithm(name: string): AnyAlgorithm {
  const found = lookForAlgorithm(name);
  if (found !== undefined) return found;
  const names = [...algorithms.keys()];
  const similar = nearest(name, names);
  throw new LamoError({
    where: 'algos',
    code: 'unknown-algorithm',
    problem: `There is no algorithm '${name}'`,
    expected: names.join(', '),
    received: name,
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
