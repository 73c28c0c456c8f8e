import { mean } from '@lamo/eval';
import { toUnit } from '../scores';
import { formatTarget } from '../terminal/format';
import { lastSharedStep, type Origin, outcomesAt } from './outcomes';
import type { RunRecord } from './run-record';

/** What runs reach when they are told to earn something; null if they follow no target return. */
export interface TargetScore {
  readonly targetReturn: number | null;
  /** Score or return: the mean over the runs. */
  readonly mean: number;
}

/**
 * Compares the target returns of runs in an environment by the last step at which all were evaluated. Results are given for the
 * best one, as LaMo's authors do; whoever does so has chosen by the score.
 *
 * @param runs that differ in their seed only; of targets that some have and others lack, none is compared if it can be helped
 * @returns best first; none if the runs were never evaluated there
 */
export function compareTargets(
  runs: readonly RunRecord[],
  environment: string,
  origin: Origin = 'training',
): TargetScore[] {
  const step = lastSharedStep(runs, environment, origin);
  if (step === undefined) return [];
  const last = runs
    .map((run) => outcomesAt(run, environment, origin, step))
    .filter((records) => records.length > 0);
  const targets = [...new Set(last.flat().map(({ targetReturn }) => targetReturn))];
  const shared = targets.filter((target) =>
    last.every((records) => records.some(({ targetReturn }) => targetReturn === target)),
  );
  return (shared.length > 0 ? shared : targets)
    .map((target) => {
      const records = last.flat().filter(({ targetReturn }) => targetReturn === target);
      const means = records.map(({ returns }) => mean(toUnit(environment, returns)));
      return { targetReturn: target, mean: mean(means) };
    })
    .sort((a, b) => b.mean - a.mean);
}

/** Names a policy with the target return that its results are of: `Decision Transformer, target 3,600`. */
export function withTarget(label: string, targetReturn: number | null): string {
  return targetReturn === null ? label : `${label}, target ${formatTarget(targetReturn)}`;
}
