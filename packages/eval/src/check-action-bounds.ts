import { type EnvironmentSpec, LamoError, type Policy } from '@lamo/core';
import { environmentBounds } from '@lamo/data';
import { checkActionSpace } from './check-spec';

/** Bounds of float actions are rounded: a policy may exceed the environment's range by this share of it. */
const ROUNDING = 1e-4;

/**
 * Checks that an environment accepts every action that a policy may choose. A policy without `actionBounds` passes.
 *
 * @throws LamoError `action-bounds`, `environment-spec`
 */
export function checkActionBounds(
  { actionBounds }: Pick<Policy, 'actionBounds'>,
  spec: EnvironmentSpec,
): void {
  checkActionSpace(spec, spec.id);
  if (actionBounds === undefined) return;
  const { low, high } = environmentBounds(spec);
  const beyond = low.flatMap((least, i) => {
    const slack = ROUNDING * (high[i]! - least);
    const fits = actionBounds.low[i]! >= least - slack && actionBounds.high[i]! <= high[i]! + slack;
    return fits ? [] : [i];
  });
  if (beyond.length === 0 || actionBounds.low.length !== spec.actionSize) return;
  const list = (from: readonly number[], to: readonly number[]) =>
    beyond.map((i) => `${from[i]} to ${to[i]} in component ${i}`).join(', ');
  throw new LamoError({
    where: 'eval/actions',
    code: 'action-bounds',
    problem: `The policy's actions exceed the bounds of ${spec.id}`,
    expected: list(low, high),
    received: list(actionBounds.low, actionBounds.high),
    hint: 'Train with the actionLow and actionHigh of the environment, or let the environment accept the units that the policy was trained in.',
  });
}
