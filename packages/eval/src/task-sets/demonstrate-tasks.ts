import { type Dataset, LamoError, Rng } from '@lamo/core';
import { joinDatasets } from '@lamo/data';
import { demonstrate } from './demonstrate';
import type { TaskSet } from './task-set';

/**
 * Lets the expert of a set show its tasks, some of them more often than others: what a policy is trained on first.
 *
 * @param counts demonstrations of each task, in their order; 0 for those that are not shown
 * @param seed of the starts and of what the expert draws
 * @returns whole episodes, task by task
 * @throws LamoError `out-of-range` for another number of counts, `empty-dataset` if all are 0, and what {@link demonstrate} throws
 * @example
 * const before = await demonstrateTasks(findTaskSet('swirl'), [6, 6, 6, 6, 0, 0, 0, 0], 1);
 */
export async function demonstrateTasks(set: TaskSet, counts: readonly number[], seed = 0): Promise<Dataset> {
  if (counts.length !== set.tasks.length) throw otherCounts(set, counts);
  const rng = Rng.fromSeed(seed).split('before');
  const shown: Dataset[] = [];
  for (const [i, task] of set.tasks.entries()) {
    const [episodes, own] = [counts[i]!, rng.uint32()];
    if (episodes > 0) shown.push(await demonstrate(set, task, { episodes, seed: own }));
  }
  return joinDatasets(`demonstrations of ${set.name}`, shown);
}

function otherCounts({ name, tasks }: TaskSet, counts: readonly number[]): LamoError {
  return new LamoError({
    where: `eval/${name}`,
    code: 'out-of-range',
    problem: 'It must be said of every task how often it is shown',
    expected: `${tasks.length} counts`,
    received: counts.join(', ') || 'none',
  });
}
