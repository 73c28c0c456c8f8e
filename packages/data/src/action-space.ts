import type { ActionSpace, Dataset, DiscreteSpace } from '@lamo/core';
import { LamoError, showValue } from '@lamo/core';
import type { ColumnName } from './columns';
import { areLabels, listSome, sameTexts } from './labels';

/** Whatever says what its actions are chosen from: a dataset, an environment's spec, a policy. */
export interface HasActionSpace {
  /** @default box */
  readonly actionSpace?: ActionSpace | undefined;
}

/** More classes than this are not told apart by 32-bit floats. */
const MOST_CLASSES = 2 ** 24;

/** Counts the classes that actions are chosen from; undefined where actions are vectors of numbers. */
export function classCount({ actionSpace }: HasActionSpace): number | undefined {
  return actionSpace?.kind === 'discrete' ? actionSpace.count : undefined;
}

/**
 * Checks what somebody says of actions, and leaves out what is the default.
 *
 * @param where the part of the package that asks, for the error
 * @throws LamoError `action-space`
 */
export function checkActionSpace(
  where: string,
  { actionSpace }: HasActionSpace,
): { readonly actionSpace?: ActionSpace } {
  if (actionSpace === undefined) return {};
  if (actionSpace?.kind === 'box') {
    if (actionSpace.names === undefined) return {};
    checkNames(where, actionSpace);
    return { actionSpace };
  }
  const isCount = (count: unknown) =>
    Number.isSafeInteger(count) && (count as number) >= 2 && (count as number) <= MOST_CLASSES;
  if (actionSpace?.kind === 'discrete' && isCount(actionSpace.count)) {
    checkLabels(where, actionSpace);
    checkNames(where, actionSpace);
    return { actionSpace };
  }
  throw new LamoError({
    where,
    code: 'action-space',
    problem: 'actionSpace does not say what actions are chosen from',
    expected: "{ kind: 'box' }, or { kind: 'discrete', count } with a whole number of at least 2 classes",
    received:
      actionSpace?.kind === 'discrete' ? `count: ${showValue(actionSpace.count)}` : showValue(actionSpace),
  });
}

function checkLabels(where: string, { count, labels }: DiscreteSpace): void {
  if (labels === undefined || (areLabels(labels) && labels.length === count)) return;
  throw new LamoError({
    where,
    code: 'action-space',
    problem: 'actionSpace does not say what its classes are called',
    expected: `${count} different names, one for each class`,
    received: Array.isArray(labels) ? labels.map(showValue).join(', ') : showValue(labels),
  });
}

function checkNames(where: string, { names }: ActionSpace): void {
  if (names === undefined || areLabels(names)) return;
  throw new LamoError({
    where,
    code: 'action-space',
    problem: 'actionSpace does not say what actions are called',
    expected: 'different names, one for each number of an action',
    received: showValue(names),
  });
}

/** The names of classes; undefined where they have none. */
export function classLabels({ actionSpace }: HasActionSpace): readonly string[] | undefined {
  return actionSpace?.kind === 'discrete' ? actionSpace.labels : undefined;
}

/** Tells whether two say the same of actions. Whoever does not name the classes says nothing of their names. */
export function hasSameActions(one: HasActionSpace, other: HasActionSpace): boolean {
  const [first, second] = [classLabels(one), classLabels(other)];
  const areNamedAlike = first === undefined || second === undefined || sameTexts(first, second);
  return classCount(one) === classCount(other) && areNamedAlike;
}

/** Says in words what actions are chosen from: `4 classes`, `2 numbers`. */
export function describeActions(spaces: HasActionSpace & Pick<Dataset, 'actionSize'>): string {
  const count = classCount(spaces);
  const labels = classLabels(spaces);
  if (count !== undefined) return `${count} classes${labels === undefined ? '' : ` (${listSome(labels)})`}`;
  return spaces.actionSize === 1 ? '1 number' : `${spaces.actionSize} numbers`;
}

/**
 * Checks a column of classes.
 *
 * @param actions [N, 1]
 * @throws LamoError `not-a-class`, which names the row
 */
export function checkClasses({ dataset, column }: ColumnName, actions: Float32Array, count: number): void {
  const row = actions.findIndex((action) => !isClass(action, count));
  if (row === -1) return;
  throw new LamoError({
    where: 'data/dataset',
    code: 'not-a-class',
    problem: `\`${column}\` of \`${dataset}\` has something other than a class in row ${row}`,
    expected: `a whole number from 0 to ${count - 1}`,
    received: showValue(actions[row]),
    hint: 'Number the classes from 0, and let actionSpace say how many there are.',
  });
}

/** Tells whether a number is one of n classes. */
export function isClass(value: unknown, count: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
}

/**
 * Copies a dataset with a column for each class, 1 where it was chosen and 0 elsewhere: as networks read classes. As it is
 * where actions are vectors of numbers.
 */
export function oneHotActions(dataset: Dataset): Dataset {
  const count = classCount(dataset);
  if (count === undefined) return dataset;
  const actions = new Float32Array(dataset.size * count);
  for (let row = 0; row < dataset.size; row++) actions[row * count + dataset.actions[row]!] = 1;
  const { actionSpace: _, ...rest } = dataset;
  return { ...rest, actions, actionSize: count };
}
