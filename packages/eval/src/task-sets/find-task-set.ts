import { LamoError, nearest } from '@lamo/core';
import * as registry from './registry';
import type { TaskSet } from './task-set';

/** All task sets by name. */
export const taskSets: ReadonlyMap<string, TaskSet> = new Map(
  Object.values(registry)
    .flat()
    .map((set): [string, TaskSet] => [set.name, set]),
);

/**
 * Finds a task set. Nothing is started.
 *
 * @param name for example `integrator`
 * @throws LamoError `unknown-task-set`, which names what is near
 */
export function findTaskSet(name: string): TaskSet {
  const found = taskSets.get(name);
  if (found !== undefined) return found;
  const names = [...taskSets.keys()];
  const similar = nearest(name, names);
  throw new LamoError({
    where: 'eval/task-sets',
    code: 'unknown-task-set',
    problem: `There is no task set '${name}'`,
    expected: `one of ${names.join(', ')}`,
    received: `'${name}'`,
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
