import { type Dataset, LamoError, nearest } from '@lamo/core';
import { collectDataset, collectMaze, environmentIds, randomPolicy } from '@lamo/eval';
import { environmentSpec } from './environment-spec';
import { mazeNameOf } from './maze-of';

/** What a collector is asked for. */
export interface CollectTask {
  readonly steps: number;
  readonly seed: number;
  readonly noise: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
}

/** A scripted way to make data. */
export interface Collector {
  /** Its name on the command line. */
  readonly name: string;
  readonly description: string;
  /** Tells whether it can play an environment. */
  fits(environment: string): boolean;
  collect(environment: string, task: CollectTask): Promise<Dataset>;
}

/** All collectors; the first one that fits an environment is its default. */
export const collectors: readonly Collector[] = [
  {
    name: 'waypoint',
    description: 'steers the ball of a maze from target to target, as D4RL collected',
    fits: (environment) => newestVersion(environment) === environment,
    collect: (environment, { noise, ...task }) =>
      collectMaze({
        maze: mazeNameOf(environment)!,
        reward: isDense(environment) ? 'dense' : 'sparse',
        noisy: noise,
        ...task,
      }),
  },
  {
    name: 'random',
    description: 'draws actions uniformly, in any environment',
    fits: () => true,
    async collect(environment, { noise: _, ...task }) {
      const policy = randomPolicy(await environmentSpec(environment), task.seed);
      return collectDataset(policy, environment, { ...task, name: environment });
    },
  },
];

/**
 * Finds who can play an environment.
 *
 * @param environment an id that exists
 * @param name of a collector; left out, the first one that fits
 * @throws LamoError `unknown-collector`
 */
export function findCollector(environment: string, name?: string): Collector {
  const fitting = collectors.filter((collector) => collector.fits(environment));
  const found = name === undefined ? fitting[0] : fitting.find((collector) => collector.name === name);
  if (found !== undefined) return found;
  const names = fitting.map((collector) => collector.name);
  const similar = nearest(name ?? '', names);
  throw new LamoError({
    where: 'cli/collect',
    code: 'unknown-collector',
    problem: `Nobody called '${name}' plays ${environment}`,
    expected: names.join(', '),
    received: String(name),
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}

function isDense(environment: string): boolean {
  return environment.includes('-dense-');
}

/** D4RL's collector belongs to the newest version of each maze's task. */
function newestVersion(environment: string): string | undefined {
  const maze = mazeNameOf(environment);
  if (maze === undefined) return undefined;
  return environmentIds().findLast((id) => mazeNameOf(id) === maze && isDense(id) === isDense(environment));
}
