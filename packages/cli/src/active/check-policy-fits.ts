import { type DatasetSpec, datasetSizes, type Sizes } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { describeActions, observationParts } from '@lamo/data';
import type { TaskSet } from '@lamo/eval';

/**
 * Checks, before anything is played, that a policy sees and does what the tasks of a set show and take.
 *
 * @param path of the policy, for people
 * @throws LamoError `shape-mismatch`, and what environments throw that cannot be opened
 */
export async function checkPolicyFits(set: TaskSet, policy: DatasetSpec, path: string): Promise<void> {
  const world = await set.open(set.tasks[0]!);
  world.dispose();
  const [wanted, given] = [describe(world.spec, set.part), describe(datasetSizes(policy), set.part)];
  if (given === wanted) return;
  throw new LamoError({
    where: 'cli/active',
    code: 'shape-mismatch',
    problem: `The policy in ${path} is for other tasks than those of ${set.name}`,
    expected: wanted,
    received: given,
    hint: 'Leave --policy out to train one for these tasks first, or choose the set that it was trained for.',
  });
}

function describe(sizes: Sizes, part: string): string {
  const told = observationParts(sizes)[part];
  const where = told === undefined ? `no part '${part}'` : `'${part}' in ${told.start} to ${told.end - 1}`;
  return `observations of ${sizes.observationSize} numbers (${where}), actions of ${describeActions(sizes)}`;
}
