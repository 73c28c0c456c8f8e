import type { ActionBounds, EnvironmentSpec } from '@lamo/core';

/** The bounds of each component of an environment's actions, [A] each. */
export function environmentBounds({
  actionSize,
  actionLow,
  actionHigh,
}: Pick<EnvironmentSpec, 'actionSize' | 'actionLow' | 'actionHigh'>): ActionBounds {
  const each = (bound: number | readonly number[]) =>
    typeof bound === 'number' ? Array<number>(actionSize).fill(bound) : bound;
  return { low: each(actionLow), high: each(actionHigh) };
}
