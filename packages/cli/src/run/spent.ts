import { formatNumberOf } from '../terminal/format';
import type { EvaluationRecord } from './records';

/** What evaluations cost. */
export interface Spent {
  readonly evaluations: number;
  readonly episodes: number;
  /** Steps of the environment. */
  readonly environmentSteps: number;
}

/** Counts what evaluations cost. To choose among many is biased upwards, so their number is shown wherever a score is. */
export function countSpent(evaluations: readonly EvaluationRecord[]): Spent {
  const lengths = evaluations.flatMap((evaluation) => evaluation.lengths);
  return {
    evaluations: evaluations.length,
    episodes: lengths.length,
    environmentSteps: lengths.reduce((total, length) => total + length, 0),
  };
}

/** `6 evaluations (12 episodes, 1,200 steps of the environment)`. */
export function describeSpent({ evaluations, episodes, environmentSteps }: Spent): string {
  const cost = `${formatNumberOf(episodes, 'episode')}, ${formatNumberOf(environmentSteps, 'step')} of the environment`;
  return `${formatNumberOf(evaluations, 'evaluation')} (${cost})`;
}
