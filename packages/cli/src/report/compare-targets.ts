import { type EvaluationSummary, mean, summariseEvaluations } from '@lamo/eval';
import { toUnit } from '../scores';
import { estimateOver, type Statistic } from '../statistic';
import { formatTarget } from '../terminal/format';
import { lastSharedStep, type Origin, type Outcome, outcomesOf } from './outcomes';
import type { RunRecord } from './run-record';

/**
 * What runs reach when they are told to earn something, as scores or returns: three numbers that are never mixed, each the mean over the runs
 * of the run's own.
 */
export interface TargetSummary {
  /** Null if they follow no target return. */
  readonly targetReturn: number | null;
  /** At the last step at which all runs were evaluated. */
  readonly last: Statistic;
  /** Over the evaluations in the last 20 % of the steps up to that one. */
  readonly meanOfLast: Statistic;
  /** Each run's highest up to that step: chosen by looking, so without an interval. */
  readonly best: number;
  /** Of each run. */
  readonly runs: readonly EvaluationSummary[];
}

/**
 * Sums up the evaluations of runs in an environment, each target return apart, up to the last step at which all were evaluated.
 * Results are given for the target with the best last mean, as LaMo's authors give them for their best; whoever does so has chosen by the
 * score.
 *
 * @param runs that differ in their seed only; of targets that some have and others lack, none is compared if it can be helped
 * @returns best first; none if the runs were never evaluated there
 */
export function compareTargets(
  runs: readonly RunRecord[],
  environment: string,
  origin: Origin = 'training',
): TargetSummary[] {
  const step = lastSharedStep(runs, environment, origin);
  if (step === undefined) return [];
  const played = runs.map((run) =>
    outcomesOf(run, environment, origin).filter((outcome) => outcome.step <= step),
  );
  const toldLast = (outcomes: readonly Outcome[]) =>
    outcomes.filter((outcome) => outcome.step === step).map(({ targetReturn }) => targetReturn);
  const told = played.map(toldLast).filter(({ length }) => length > 0);
  const targets = [...new Set(told.flat())];
  const shared = targets.filter((target) => told.every((own) => own.includes(target)));
  return (shared.length > 0 ? shared : targets)
    .map((target) => {
      const compared = played.filter((outcomes) => toldLast(outcomes).includes(target));
      return summariseTarget(environment, target, compared);
    })
    .sort((a, b) => b.last.value - a.last.value);
}

function summariseTarget(
  environment: string,
  target: number | null,
  played: readonly (readonly Outcome[])[],
): TargetSummary {
  const runs = played.map((outcomes) =>
    summariseEvaluations(
      outcomes
        .filter(({ targetReturn }) => targetReturn === target)
        .map(({ step, returns }) => ({ step, value: mean(toUnit(environment, returns)) })),
    ),
  );
  return {
    targetReturn: target,
    last: estimateOver([runs.map(({ last }) => last.value)], mean),
    meanOfLast: estimateOver([runs.map(({ meanOfLast }) => meanOfLast.value)], mean),
    best: mean(runs.map(({ best }) => best.value)),
    runs,
  };
}

/** Names a policy with the target return that its results are of: `Decision Transformer, target 3,600`. */
export function withTarget(label: string, targetReturn: number | null): string {
  return targetReturn === null ? label : `${label}, target ${formatTarget(targetReturn)}`;
}
