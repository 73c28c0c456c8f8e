import { interquartileMean, mean } from '@lamo/eval';
import { type Estimate, estimateMean, toUnit } from '../scores';
import { compareTargets, type TargetScore } from './compare-targets';
import type { RunGroup } from './run-group';
import { curveOf, lastEvaluations, secondsOf, stepsOf } from './run-record';

/** One point of a learning curve. */
export interface CurvePoint extends Estimate {
  readonly step: number;
}

/** A group's learning curve in an environment: each run's own, and their mean. */
export interface LearningCurve {
  readonly group: RunGroup;
  /** The best one at the end; null for policies that follow no target return. */
  readonly targetReturn: number | null;
  readonly points: readonly CurvePoint[];
  readonly runs: readonly (readonly { readonly step: number; readonly value: number }[])[];
}

/** A group's results in an environment at the last step that was evaluated. */
export interface GroupResult extends Estimate {
  readonly group: RunGroup;
  /** The best one; null for policies that follow no target return. */
  readonly targetReturn: number | null;
  /** What the best one was chosen from, best first. */
  readonly targets: readonly TargetScore[];
  readonly step: number;
  readonly interquartileMean: number;
  /** Of the last evaluations. */
  readonly episodes: number;
  /** What all evaluations together cost. */
  readonly spent: { readonly evaluations: number; readonly episodes: number };
  readonly trainingSeconds: number;
  readonly stepsPerSecond: number;
}

/**
 * Estimates what a group reaches from its runs' episodes. With several runs they are what varies, and the interval is
 * over their means; a single run leaves only its episodes.
 *
 * @param runs scores of each run's episodes
 */
export function estimateGroup(runs: readonly (readonly number[])[]): Estimate {
  const means = runs.map((scores) => mean(scores));
  return runs.length > 1 ? estimateMean(means) : estimateMean(runs[0]!);
}

/** Collects a group's learning curve with its best target return; undefined if it was never evaluated there. */
export function learningCurve(group: RunGroup, environment: string): LearningCurve | undefined {
  const [best] = compareTargets(group.runs, environment);
  if (best === undefined) return undefined;
  const { targetReturn } = best;
  const curves = group.runs.map((run) =>
    curveOf(run, environment, targetReturn).map(({ step, returns }) => {
      return { step, scores: toUnit(environment, returns) };
    }),
  );
  const steps = [...new Set(curves.flat().map(({ step }) => step))].sort((a, b) => a - b);
  const points = steps.map((step) => {
    const there = curves.flatMap((curve) => curve.filter((point) => point.step === step));
    return { step, ...estimateGroup(there.map(({ scores }) => scores)) };
  });
  const runs = curves.map((curve) => curve.map(({ step, scores }) => ({ step, value: mean(scores) })));
  return { group, targetReturn, points, runs };
}

/** Sums up a group in an environment, with its best target return; undefined if it was never evaluated there. */
export function groupResult(group: RunGroup, environment: string): GroupResult | undefined {
  const targets = compareTargets(group.runs, environment);
  const [best] = targets;
  if (best === undefined) return undefined;
  const last = group.runs
    .flatMap((run) => lastEvaluations(run, environment))
    .filter(({ targetReturn }) => targetReturn === best.targetReturn);
  const scores = last.map(({ returns }) => toUnit(environment, returns));
  const all = group.runs.flatMap((run) => run.evaluations).filter((line) => line.environment === environment);
  const trainingSeconds = sum(group.runs.map((run) => secondsOf(run, 'training')));
  return {
    group,
    ...estimateGroup(scores),
    targetReturn: best.targetReturn,
    targets,
    step: Math.max(...last.map(({ step }) => step)),
    interquartileMean: interquartileMean(scores.flat()),
    episodes: scores.flat().length,
    spent: { evaluations: all.length, episodes: sum(all.map(({ returns }) => returns.length)) },
    trainingSeconds,
    stepsPerSecond: sum(group.runs.map(stepsOf)) / trainingSeconds,
  };
}

/** All environments that any run was evaluated in, in order of appearance. */
export function environmentsOf(groups: readonly RunGroup[]): string[] {
  const evaluations = groups.flatMap((group) => group.runs.flatMap((run) => run.evaluations));
  return [...new Set(evaluations.map(({ environment }) => environment))];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
