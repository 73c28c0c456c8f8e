import { type Manifest, readManifest } from '../run/manifest';
import type { EvaluationRecord, MetricsRecord, TimingRecord, TrajectoriesRecord } from '../run/records';
import { readEvaluations, readMetrics, readTiming, readTrajectories } from '../run/run-files';
import { findRun } from '../run/run-folder';

/** All that a run's folder says, but its weights. */
export interface RunRecord {
  readonly path: string;
  readonly manifest: Manifest;
  readonly metrics: readonly MetricsRecord[];
  readonly evaluations: readonly EvaluationRecord[];
  readonly timing: readonly TimingRecord[];
  readonly trajectories: readonly TrajectoriesRecord[];
}

/** Reads the folder of a run, finished or not. @throws LamoError `not-a-run`, `damaged-manifest`, `damaged-file` */
export function readRun(path: string): RunRecord {
  const folder = findRun(path);
  const manifest = readManifest(folder.manifest);
  return {
    path,
    manifest,
    metrics: readMetrics(folder),
    evaluations: readEvaluations(folder, manifest.evaluation),
    timing: readTiming(folder),
    trajectories: readTrajectories(folder),
  };
}

/** The last step that a run has reached and written down. */
export function stepsOf({ timing }: RunRecord): number {
  return timing.reduce((most, { step }) => Math.max(most, step), 0);
}

/** Seconds that a run spent on an activity. */
export function secondsOf({ timing }: RunRecord, activity: TimingRecord['activity']): number {
  return timing.reduce((sum, line) => (line.activity === activity ? sum + line.seconds : sum), 0);
}

/**
 * The evaluations in an environment with a target return (null: without one), one for each step: the newest, if there
 * were several.
 */
export function curveOf(
  { evaluations }: RunRecord,
  environment: string,
  targetReturn: number | null,
): EvaluationRecord[] {
  const newest = new Map<number, EvaluationRecord>();
  for (const evaluation of evaluations) {
    const isMeant = evaluation.environment === environment && evaluation.targetReturn === targetReturn;
    if (isMeant) newest.set(evaluation.step, evaluation);
  }
  return [...newest.values()].sort((a, b) => a.step - b.step);
}

/** The evaluations of the last step that was evaluated in an environment, one for each target return. */
export function lastEvaluations(run: RunRecord, environment: string): EvaluationRecord[] {
  const here = run.evaluations.filter((evaluation) => evaluation.environment === environment);
  const lastStep = Math.max(...here.map(({ step }) => step));
  const targets = new Set(here.map(({ targetReturn }) => targetReturn));
  return [...targets]
    .flatMap((target) => curveOf(run, environment, target).slice(-1))
    .filter(({ step }) => step === lastStep);
}
