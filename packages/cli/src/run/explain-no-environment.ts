import type { Sizes } from '@lamo/algos';
import { describeActions, hasSameActions } from '@lamo/data';
import { environments } from '@lamo/eval';
import { formatNumberOf } from '../terminal/format';

/** Says of data that come from no environment of lamo that it is so, and how else their policies are played. */
export interface NoEnvironment {
  readonly problem: string;
  readonly hint: string;
}

/** Tells whether two say the same of observations and actions. */
export function isSameSize(one: Sizes, other: Sizes): boolean {
  return (
    one.observationSize === other.observationSize &&
    one.actionSize === other.actionSize &&
    hasSameActions(one, other)
  );
}

/** Explains that no environment of lamo has observations and actions of these sizes; undefined if one has. */
export function explainNoEnvironment(wanted: Sizes): NoEnvironment | undefined {
  const fits = [...environments.values()].some(({ spec }) => isSameSize(spec, wanted));
  if (fits) return undefined;
  const { observationSize, actionSize, actionSpace } = wanted;
  const actions =
    actionSpace === undefined
      ? formatNumberOf(actionSize, 'action')
      : `actions of ${describeActions(wanted)}`;
  const sizes = `${formatNumberOf(observationSize, 'observation')} and ${actions}`;
  return {
    problem: `No environment of lamo has ${sizes}`,
    hint: 'With a simulator of your own, call `evaluate` in a program: docs/guide/your-own-data.md#judging-the-policy.',
  };
}
