import { type EnvironmentSpec, LamoError, showValue } from '@lamo/core';
import { classCount, isClass } from '@lamo/data';

/**
 * Reads the class of an action.
 *
 * @param action [1]
 * @throws LamoError `not-a-class`
 */
export function checkClass(spec: EnvironmentSpec, action: ArrayLike<number>): number {
  const count = classCount(spec)!;
  const [chosen] = [action[0]];
  if (action.length === 1 && isClass(chosen, count)) return chosen!;
  throw new LamoError({
    where: `eval/${spec.id}`,
    code: 'not-a-class',
    problem: 'The action is not a class',
    expected: `one whole number from 0 to ${count - 1}`,
    received: action.length === 1 ? showValue(chosen) : `${action.length} numbers`,
    hint: `Use a policy that chooses between ${count} classes.`,
  });
}
