import { LamoError } from '@lamo/core';
import { checkActionSpace, checkObservationSpace } from '@lamo/data';
import { describedSizes, type PolicyDescription } from './policy-description';

const WHERE = 'algos/policy-file';

/**
 * Refuses a description whose parts contradict each other: what is said of each number must be said of as many as there are.
 *
 * @param name of the description, for the error
 * @throws LamoError `damaged-file`
 */
export function checkPolicyDescription(description: PolicyDescription, name: string): void {
  const { observation, action } = description;
  const { columns, scaling, range } = observation;
  const ofObservation = {
    columns,
    'scaling.mean': scaling?.mean,
    'scaling.standardDeviation': scaling?.standardDeviation,
    'range.low': range?.low,
    'range.high': range?.high,
  };
  const names = action.space?.kind === 'box' ? action.space.names : undefined;
  const ofAction = {
    'bounds.low': action.bounds?.low,
    'bounds.high': action.bounds?.high,
    'space.names': names,
  };
  for (const [part, size, lists] of [
    ['observation', observation.size, ofObservation],
    ['action', action.size, ofAction],
  ] as const)
    for (const [field, list] of Object.entries(lists))
      if (list !== undefined && list.length !== size)
        throw contradiction(name, `${part}.${field}`, `a list of ${size}`, `one of ${list.length}`);
  const sizes = describedSizes(description);
  try {
    checkObservationSpace(WHERE, sizes);
    checkActionSpace(WHERE, sizes);
  } catch (cause) {
    if (!LamoError.isInstance(cause)) throw cause;
    throw contradiction(name, cause.problem, cause.expected ?? '', cause.received ?? '', cause);
  }
}

function contradiction(
  name: string,
  what: string,
  expected: string,
  received: string,
  cause?: unknown,
): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'damaged-file',
    problem: `${name} contradicts itself: ${what}`,
    expected,
    received,
    hint: 'Copy the file again from where it was written.',
    ...(cause === undefined ? {} : { cause }),
  });
}
