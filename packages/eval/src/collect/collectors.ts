import { LamoError, nearest } from '@lamo/core';
import type { EnvironmentEntry } from '../define-environment';
import { environments } from '../find-environment';
import type { Collector, Mixture, Player } from './collector';
import { playInTurn } from './play-in-turn';
import { random } from './random-player';

/** Lists all collectors of all environments, each once. */
export function allCollectors(): readonly Collector[] {
  const all = [...environments.values()].flatMap(collectorsOf);
  return [...new Map([...all, toCollector(random)].map((collector) => [collector.name, collector])).values()];
}

/** Lists the collectors of an environment; the first one is the default. */
export function collectorsOf(environment: EnvironmentEntry): readonly Collector[] {
  return [...environment.collectors, random].map(toCollector);
}

function toCollector(collector: Collector | Player | Mixture): Collector {
  if ('collect' in collector) return collector;
  const { name, description } = collector;
  const players = 'players' in collector ? collector.players : [collector];
  const snapshots = players.flatMap(({ snapshot }) => snapshot ?? []);
  return {
    name,
    description,
    snapshots,
    collect: (environment, task) => playInTurn(players, environment, task),
  };
}

/**
 * Finds a collector of an environment.
 *
 * @param name of a collector; left out, the first one
 * @param others what else may be named instead, for the error
 * @throws LamoError `unknown-collector`
 */
export function findCollector(
  environment: EnvironmentEntry,
  name?: string,
  others: readonly string[] = [],
): Collector {
  const all = collectorsOf(environment);
  const found = name === undefined ? all[0] : all.find((collector) => collector.name === name);
  if (found !== undefined) return found;
  const names = all.map((collector) => collector.name);
  const similar = nearest(name ?? '', names);
  throw new LamoError({
    where: 'eval/collect',
    code: 'unknown-collector',
    problem: `${environment.spec.id} has no collector '${name}'`,
    expected: [...names, ...others].join(', '),
    received: String(name),
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
