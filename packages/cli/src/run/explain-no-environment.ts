import type { Dataset } from '@lamo/core';
import { environments } from '@lamo/eval';
import { formatNumberOf } from '../terminal/format';

/** Of how many numbers observations and actions are. */
export type Sizes = Pick<Dataset, 'observationSize' | 'actionSize'>;

/** Says of data that come from no environment of lamo that it is so, and how else their policies are played. */
export interface NoEnvironment {
  readonly problem: string;
  readonly hint: string;
}

/** Explains that no environment of lamo has observations and actions of these sizes; undefined if one has. */
export function explainNoEnvironment({ observationSize, actionSize }: Sizes): NoEnvironment | undefined {
  const fits = [...environments.values()].some(
    ({ spec }) => spec.observationSize === observationSize && spec.actionSize === actionSize,
  );
  if (fits) return undefined;
  const sizes = `${formatNumberOf(observationSize, 'observation')} and ${formatNumberOf(actionSize, 'action')}`;
  return {
    problem: `No environment of lamo has ${sizes}`,
    hint: 'With a simulator of your own, call `evaluate` in a program: docs/guide/your-own-data.md#judging-the-policy.',
  };
}
