import type { EvaluationSummary, Interval } from '@lamo/eval';
import { compareTargets } from '../report/compare-targets';
import { outcomesOf } from '../report/outcomes';
import { titleOf } from '../report/run-group';
import type { RunRecord } from '../report/run-record';
import { secondsOf, stepsOf, stepsPerSecondOf } from '../report/run-times';
import { summariseScores, toUnit } from '../scores';
import { formatCount, formatDuration, formatNumber, formatRate, formatTable } from '../terminal/format';

/** The result of one policy of a quickstart. */
export interface PolicySummary {
  readonly title: string;
  /** The target return with the best result, of {@link targetReturns}; null if the policy follows no target. */
  readonly targetReturn: number | null;
  /** All targets that it was evaluated with, best first. */
  readonly targetReturns: readonly number[];
  /** Mean normalised score of the last evaluation: 0 is a random policy, 100 D4RL's expert. */
  readonly score: number;
  /** All evaluations with that target: the last, the mean of the last ones and the best, as scores. */
  readonly evaluations: EvaluationSummary;
  /** 95 % bootstrap interval of the score over the episodes; null of a single one. */
  readonly interval: Interval | null;
  readonly interquartileMean: number;
  /** 95 % bootstrap interval of the interquartile mean over the episodes; null of a single one. */
  readonly interquartileMeanInterval: Interval | null;
  /** Raw returns of the last evaluation's episodes. */
  readonly returns: readonly number[];
  readonly steps: number;
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
  /** null if the run does not say how long it took. */
  readonly stepsPerSecond: number | null;
}

/** The file `summary.json` of a quickstart. */
export interface QuickstartSummary {
  readonly seed: number;
  /** By the environment's name. */
  readonly tasks: Readonly<Record<string, TaskSummary>>;
  /** Collecting, training, evaluating and reporting, from the start of the command to its end. */
  readonly totalSeconds: number;
}

/** The results in one environment. */
export interface TaskSummary {
  /** Rows of data. */
  readonly rows: number;
  /** Episodes of each evaluation. */
  readonly episodes: number;
  /** By the algorithm's name. */
  readonly algorithms: Readonly<Record<string, PolicySummary>>;
}

/** Sums up a finished run that was evaluated in an environment, with its best target return. */
export function summarisePolicy(run: RunRecord, environment: string): PolicySummary {
  const targets = compareTargets([run], environment);
  const {
    targetReturn,
    runs: [evaluations],
  } = targets[0]!;
  const played = outcomesOf(run, environment, 'training');
  const { returns } = played.findLast((outcome) => outcome.targetReturn === targetReturn)!;
  const { mean, interval, interquartileMean } = summariseScores(toUnit(environment, returns));
  return {
    title: titleOf(run),
    targetReturn,
    targetReturns: targets.flatMap((target) => target.targetReturn ?? []),
    score: mean,
    evaluations: evaluations!,
    interval,
    interquartileMean: interquartileMean.value,
    interquartileMeanInterval: interquartileMean.interval,
    returns,
    steps: stepsOf(run),
    trainingSeconds: secondsOf(run, 'training'),
    evaluationSeconds: secondsOf(run, 'evaluation'),
    stepsPerSecond: stepsPerSecondOf([run]) ?? null,
  };
}

/** The results in one environment as a table for the terminal. */
export function formatTask({ algorithms }: TaskSummary): string {
  const rows = Object.values(algorithms).map((policy) => [
    titleOfPolicy(policy),
    formatNumber(policy.score),
    policy.interval === null
      ? '–'
      : `${formatNumber(policy.interval.low)} to ${formatNumber(policy.interval.high)}`,
    formatCount(policy.returns.length),
    formatCount(policy.steps),
    policy.stepsPerSecond === null ? '–' : formatDuration(policy.trainingSeconds),
    formatRate(policy.stepsPerSecond ?? undefined),
  ]);
  return formatTable([
    ['policy', 'last\nscore', '95 % interval', 'episodes', 'steps', 'training', 'steps/s'],
    ...rows,
  ]);
}

/** `DT, target 4,124`: rounded, for a narrow table. */
function titleOfPolicy({ title, targetReturn }: PolicySummary): string {
  if (targetReturn === null) return title;
  return `${title}, target ${Number.isInteger(targetReturn) ? formatCount(targetReturn) : formatNumber(targetReturn)}`;
}
