import type { Sizes } from '@lamo/algos';
import { describeActions, describeObservations, fitsObservations, hasSameActions } from '@lamo/data';
import { environments } from '@lamo/eval';
import { formatNumberOf } from '../terminal/format';

/** Says of data that come from no environment of lamo that it is so, and how else their policies are played. */
export interface NoEnvironment {
  readonly problem: string;
  readonly hint: string;
}

/** Tells whether what was learned from has the observations and actions of an environment. */
export function fitsEnvironment(learned: Sizes, environment: Sizes): boolean {
  return (
    fitsObservations(learned, environment) &&
    learned.actionSize === environment.actionSize &&
    hasSameActions(learned, environment)
  );
}

/** Explains that no environment of lamo has observations and actions of these sizes; undefined if one has. */
export function explainNoEnvironment(wanted: Sizes): NoEnvironment | undefined {
  const fits = [...environments.values()].some(({ spec }) => fitsEnvironment(wanted, spec));
  if (fits) return undefined;
  const { observationSize, observationSpace, actionSize, actionSpace } = wanted;
  const actions =
    actionSpace?.kind !== 'discrete'
      ? formatNumberOf(actionSize, 'action')
      : `actions of ${describeActions(wanted)}`;
  const observations =
    observationSpace === undefined
      ? formatNumberOf(observationSize, 'observation')
      : `observations of ${describeObservations(wanted)}`;
  const sizes = `${observations} and ${actions}`;
  return {
    problem: `No environment of lamo has ${sizes}`,
    hint: 'With a simulator of your own, call `evaluate` in a program: docs/guide/your-own-data.md#judging-the-policy.',
  };
}
