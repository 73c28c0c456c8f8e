import { LamoError } from '@lamo/core';

/**
 * Checks that a policy is given whole observations: one that is too short would be filled up with what was seen before.
 *
 * @param size numbers in all of them
 * @param batch how many there are
 * @throws LamoError `observations-size`
 */
export function checkObserved(observations: ArrayLike<number>, size: number, batch: number): void {
  if (observations.length === size) return;
  const rows = batch === 1 ? 'an observation' : `${batch} observations`;
  throw new LamoError({
    where: 'algos/policy',
    code: 'observations-size',
    problem: `The policy is given ${observations.length === 0 ? 'no' : observations.length} numbers for ${rows}`,
    expected: `${size}, ${size / batch} for each`,
    received: String(observations.length),
    hint: 'How many observations there are at once is what `reset(batch)` was given.',
  });
}
