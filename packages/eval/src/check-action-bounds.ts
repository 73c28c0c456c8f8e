import { type EnvironmentSpec, LamoError, type Policy } from '@lamo/core';
import { describeActions, environmentBounds, hasSameActions } from '@lamo/data';
import { checkActions } from './check-spec';

/** Bounds of float actions are rounded: a policy may exceed the environment's range by this share of it. */
const ROUNDING = 1e-4;

/**
 * Checks that an environment accepts every action that a policy may choose. A policy without `actionBounds` passes.
 *
 * @throws LamoError `action-space`, `action-bounds`, `environment-spec`
 */
export function checkActionBounds(
  policy: Pick<Policy, 'actionBounds' | 'actionSpace'>,
  spec: EnvironmentSpec,
): void {
  checkActions(spec, spec.id);
  checkSameSpace(policy, spec);
  const { actionBounds } = policy;
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

/** A policy says of amounts between what they lie, and of classes how many there are. */
function checkSameSpace(
  { actionBounds, actionSpace }: Pick<Policy, 'actionBounds' | 'actionSpace'>,
  spec: EnvironmentSpec,
): void {
  if (actionBounds === undefined && actionSpace === undefined) return;
  if (hasSameActions({ actionSpace }, spec)) return;
  const actionSize = actionBounds?.low.length ?? spec.actionSize;
  throw new LamoError({
    where: 'eval/actions',
    code: 'action-space',
    problem: `The policy does not act as ${spec.id} wants it`,
    expected: describeActions(spec),
    received: describeActions({ actionSpace, actionSize }),
    hint: 'Say of the data what their actions are: actionSpace, or --action-classes for the file of a dataset.',
  });
}
