import { type ActionSpace, type Dataset, LamoError } from '@lamo/core';
import { classCount, describeActions } from './action-space';
import { findColumn, type Hdf5File } from './hdf5-file';

/** Under `metadata/` of a D4RL file: how many classes actions are chosen from. D4RL itself has no such files. */
const CLASSES = 'action_classes';

/** Writes down what a dataset says of its actions, as a file's metadata. */
export function spaceMetadata(dataset: Pick<Dataset, 'actionSpace'>): Readonly<Record<string, number>> {
  const count = classCount(dataset);
  return count === undefined ? {} : { [CLASSES]: count };
}

/**
 * Reads what a file says of its actions.
 *
 * @param given what the caller says of a file that says nothing
 * @returns undefined where neither says anything
 * @throws LamoError `action-space` if both say something, and not the same
 */
export function readActionSpace(file: Hdf5File, given?: ActionSpace): ActionSpace | undefined {
  const key = `metadata/${CLASSES}`;
  if (!file.columns.has(key) && !file.unreadable.has(key)) return given;
  const count = findColumn(file, key).read((numbers) => Number(numbers[0]));
  const own: ActionSpace = { kind: 'discrete', count };
  if (given === undefined || classCount({ actionSpace: given }) === count) return own;
  const describe = (actionSpace: ActionSpace) => describeActions({ actionSpace, actionSize: 1 });
  throw new LamoError({
    where: 'data/d4rl',
    code: 'action-space',
    problem: `${file.path} says itself what its actions are (\`${key}\`)`,
    expected: describe(own),
    received: describe(given),
    hint: 'Leave out what is said of actions: it is for files that do not say it.',
  });
}
