import { mean } from '@lamo/eval';
import { countSpent, type Spent } from '../run/spent';
import { type Estimate, estimateInterquartileMean, estimateMean, toUnit } from '../scores';
import type { Statistic } from '../statistic';
import { compareTargets, type TargetSummary } from './compare-targets';
import { lastSharedStep, type Origin, outcomesAt, outcomesOf } from './outcomes';
import type { RunGroup } from './run-group';
import { stepsPerSecondOf } from './run-times';

/** One point of a learning curve. */
export interface CurvePoint extends Estimate {
  readonly step: number;
}

/** A group's learning curve in an environment: each run's own, and their mean where all that were evaluated have a point. */
export interface LearningCurve {
  readonly group: RunGroup;
  /** The best one at the end; null for policies that follow no target return. */
  readonly targetReturn: number | null;
  readonly points: readonly CurvePoint[];
  readonly runs: readonly (readonly { readonly step: number; readonly value: number }[])[];
}

/** A group's results in an environment at the last step at which all of its evaluated runs were, if there is one. */
export interface GroupResult extends Estimate {
  readonly group: RunGroup;
  /** The best one; null for policies that follow no target return. */
  readonly targetReturn: number | null;
  /** What the best one was chosen from, best first: each with its last evaluations, the mean of the last ones and the best, apart. */
  readonly targets: readonly TargetSummary[];
  readonly origin: Origin;
  readonly step: number;
  /** Each run's scores, of its episodes at that step. */
  readonly scores: readonly (readonly number[])[];
  /** Runs that were evaluated at that step with that target return. With several, they are what all estimates are of. */
  readonly seeds: number;
  /** Runs that were evaluated at that step, with whichever target return. */
  readonly seedsAtStep: number;
  /** Runs that were evaluated there at all. */
  readonly evaluatedSeeds: number;
  /** Of the runs' means; of the episodes if there is one run. */
  readonly interquartileMean: Statistic;
  /** Of the evaluations that are shown. */
  readonly episodes: number;
  /** What all evaluations together cost, those of `lamo evaluate` included. */
  readonly spent: Spent;
  /** Undefined if no run says how long it took. */
  readonly stepsPerSecond: number | undefined;
}

/**
 * Estimates what a group reaches from its runs' episodes. With several runs they are what varies, and the interval is
 * over their means; a single run leaves only its episodes.
 *
 * @param runs scores of each run's episodes
 */
export function estimateGroup(runs: readonly (readonly number[])[]): Estimate {
  return estimateMean(variedValues(runs));
}

/** What varies: means of several runs, or episodes of a single one. */
function variedValues(runs: readonly (readonly number[])[]): readonly number[] {
  return runs.length > 1 ? runs.map((scores) => mean(scores)) : runs[0]!;
}

/** Collects a group's learning curve with its best target return; undefined if it was never evaluated there. */
export function learningCurve(group: RunGroup, environment: string): LearningCurve | undefined {
  const [best] = compareTargets(group.runs, environment);
  if (best === undefined) return undefined;
  const { targetReturn } = best;
  const curves = group.runs.map((run) =>
    outcomesOf(run, environment, 'training')
      .filter((outcome) => outcome.targetReturn === targetReturn)
      .map(({ step, returns }) => ({ step, scores: toUnit(environment, returns) })),
  );
  const drawn = curves.filter((curve) => curve.length > 0);
  const steps = [...new Set(drawn.flat().map(({ step }) => step))].sort((a, b) => a - b);
  const points = steps.flatMap((step) => {
    const there = drawn.flatMap((curve) => curve.filter((point) => point.step === step));
    if (there.length < drawn.length) return [];
    return [{ step, ...estimateGroup(there.map(({ scores }) => scores)) }];
  });
  const runs = curves.map((curve) => curve.map(({ step, scores }) => ({ step, value: mean(scores) })));
  return { group, targetReturn, points, runs };
}

/** Sums up a group in an environment, with its best target return; undefined if it was never evaluated there. */
export function groupResult(
  group: RunGroup,
  environment: string,
  origin: Origin = 'training',
): GroupResult | undefined {
  const targets = compareTargets(group.runs, environment, origin);
  const [best] = targets;
  const step = lastSharedStep(group.runs, environment, origin);
  if (best === undefined || step === undefined) return undefined;
  const atStep = group.runs
    .map((run) => outcomesAt(run, environment, origin, step))
    .filter((outcomes) => outcomes.length > 0);
  const last = atStep.flat().filter(({ targetReturn }) => targetReturn === best.targetReturn);
  const scores = last.map(({ returns }) => toUnit(environment, returns));
  const all = group.runs.flatMap((run) => run.evaluations).filter((line) => line.environment === environment);
  return {
    group,
    ...estimateGroup(scores),
    targetReturn: best.targetReturn,
    targets,
    origin,
    step,
    scores,
    seeds: scores.length,
    seedsAtStep: atStep.length,
    evaluatedSeeds: group.runs.filter((run) => outcomesOf(run, environment, origin).length > 0).length,
    interquartileMean: estimateInterquartileMean(variedValues(scores)),
    episodes: scores.flat().length,
    spent: countSpent(all),
    stepsPerSecond: stepsPerSecondOf(group.runs),
  };
}

/** Both kinds of evaluations, in the order in which they are shown. */
export const ORIGINS: readonly Origin[] = ['training', 'later'];

/** What a table of the report shows: results in one environment, from evaluations of one origin. */
export interface ScoreTable {
  readonly environment: string;
  readonly origin: Origin;
  /** At least one. */
  readonly results: readonly GroupResult[];
}

/** Sums up all groups in all environments. */
export function scoreTables(groups: readonly RunGroup[]): ScoreTable[] {
  return environmentsOf(groups)
    .flatMap((environment) =>
      ORIGINS.map((origin) => {
        const results = groups.flatMap((group) => groupResult(group, environment, origin) ?? []);
        return { environment, origin, results };
      }),
    )
    .filter(({ results }) => results.length > 0);
}

/** All environments that any run was evaluated in, in order of appearance. */
export function environmentsOf(groups: readonly RunGroup[]): string[] {
  const evaluations = groups.flatMap((group) => group.runs.flatMap((run) => run.evaluations));
  return [...new Set(evaluations.map(({ environment }) => environment))];
}
