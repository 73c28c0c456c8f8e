import type { EnvironmentSpec, Rng } from '@lamo/core';
import { classCount } from './action-space';
import { environmentBounds } from './environment-bounds';

/**
 * Makes a function that draws a component of an action uniformly from all that an environment allows; a class, where actions are
 * classes.
 */
export function actionDrawer(
  spec: Pick<EnvironmentSpec, 'actionSize' | 'actionLow' | 'actionHigh' | 'actionSpace'>,
  rng: Rng,
): (component: number) => number {
  const classes = classCount(spec);
  if (classes !== undefined) return () => rng.integer(classes);
  const { low, high } = environmentBounds(spec);
  return (component) => rng.uniform(low[component]!, high[component]!);
}
