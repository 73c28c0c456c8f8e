import { LamoError, nearest, type Task } from '@lamo/core';
import type { TaskSet } from './task-set';

/**
 * Finds a task of a set.
 *
 * @param name for example `kettle`
 * @throws LamoError `unknown-task`, which names what is near
 */
export function findTask<T extends Task>(
  set: Pick<TaskSet, 'name'> & { readonly tasks: readonly T[] },
  name: string,
): T {
  const found = set.tasks.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = set.tasks.map((task) => task.name);
  const similar = nearest(name, names);
  throw new LamoError({
    where: `eval/${set.name}`,
    code: 'unknown-task',
    problem: `${set.name} has no task '${name}'`,
    expected: `one of ${names.join(', ')}`,
    received: `'${name}'`,
    ...(similar === undefined ? {} : { hint: `Did you mean '${similar}'?` }),
  });
}
