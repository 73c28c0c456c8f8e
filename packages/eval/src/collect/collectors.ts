import { LamoError, nearest } from '@lamo/core';
import type { EnvironmentEntry } from '../define-environment';
import { environments } from '../find-environment';
import { randomPolicy } from '../policies/random-policy';
import { collectDataset } from './collect-dataset';
import type { Collector } from './collector';

/** Plays everywhere. */
const random: Collector = {
  name: 'random',
  description: 'draws actions uniformly, in any environment',
  collect(environment, { noise: _, ...task }) {
    const { spec } = environment;
    return collectDataset(randomPolicy(spec, task.seed), environment, { ...task, name: spec.id });
  },
};

/** Lists all that make data anywhere, each once. */
export function allCollectors(): readonly Collector[] {
  const own = [...environments.values()].flatMap(({ collectors }) => collectors);
  return [...new Map([...own, random].map((collector) => [collector.name, collector])).values()];
}

/** Lists who makes data in an environment; the first one does unless another is asked for. */
export function collectorsOf(environment: EnvironmentEntry): readonly Collector[] {
  return [...environment.collectors, random];
}

/**
 * Finds who makes data in an environment.
 *
 * @param name of a collector; left out, the first one
 * @throws LamoError `unknown-collector`
 */
export function findCollector(environment: EnvironmentEntry, name?: string): Collector {
  const all = collectorsOf(environment);
  const found = name === undefined ? all[0] : all.find((collector) => collector.name === name);
  if (found !== undefined) return found;
  const names = all.map((collector) => collector.name);
  const similar = nearest(name ?? '', names);
  throw new LamoError({
    where: 'eval/collect',
    code: 'unknown-collector',
    problem: `Nobody called '${name}' plays ${environment.spec.id}`,
    expected: names.join(', '),
    received: String(name),
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
