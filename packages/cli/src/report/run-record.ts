import { datasetSizes, findAlgorithm, type Sizes, savedData, trainingHeader } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { loadCheckpointHeader } from '@lamo/runtime';
import { type PerplexityRecord, perplexityOf } from '../language/perplexity-records';
import { readJsonLines } from '../run/json-lines';
import type { RunManifest } from '../run/manifest';
import type { DatasetFields, PolicyFields } from '../run/policy-manifest';
import { readManifest } from '../run/read-manifest';
import type { EvaluationRecord, MetricsRecord, TimingRecord, TrajectoriesRecord } from '../run/records';
import { readEvaluations, readMetrics, readTiming, readTrajectories } from '../run/run-files';
import { findRun, lastCheckpoint, type RunFolder } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import type { DataSummary } from '../run/side';
import { formatDuration } from '../terminal/format';

/** A manifest of any run: what only datasets and policies add may be missing. */
export type AnyManifest = RunManifest & Partial<DatasetFields & PolicyFields>;

/** Everything in a run's folder except its weights. */
export interface RunRecord {
  /** Folder of the run. */
  readonly path: string;
  /** Its description. */
  readonly manifest: AnyManifest;
  /** Lines of metrics, in order. */
  readonly metrics: readonly MetricsRecord[];
  /** Evaluations, in order, one for each target return. */
  readonly evaluations: readonly EvaluationRecord[];
  /** Snapshots of a language model, in order. */
  readonly perplexities: readonly PerplexityRecord[];
  /** Seconds spent, in order. */
  readonly timing: readonly TimingRecord[];
  /** Why the file of {@link timing} could not be read, if it could not: no result depends on it. */
  readonly timingFault?: string;
  /** What the policy saw in the evaluations that were recorded. */
  readonly trajectories: readonly TrajectoriesRecord[];
  /** Only for a run without evaluations that has a checkpoint: they show whether lamo has an environment for it. */
  readonly sizes?: Sizes;
}

/**
 * Reads the folder of a run, finished or not.
 *
 * @throws LamoError `not-a-run`, `damaged-manifest`, `damaged-file` for any file but that of timing
 */
export function readRun(path: string): RunRecord {
  const folder = findRun(path);
  const manifest: AnyManifest = readManifest(folder.manifest);
  const { evaluation = null } = manifest;
  const evaluations = readEvaluations(folder, evaluation);
  return {
    path,
    manifest,
    metrics: readMetrics(folder),
    evaluations,
    perplexities: readJsonLines(perplexityOf(folder)),
    ...timingOf(folder),
    trajectories: readTrajectories(folder),
    ...(isPlayable(manifest) && evaluation === null && evaluations.length === 0 ? sizesOf(folder) : {}),
  };
}

/** Says what a run learned from. */
export function dataOf({ manifest }: Pick<RunRecord, 'manifest'>): DataSummary {
  return sidesOf(manifest.algorithm).data.summarise(manifest);
}

/** Tells whether what came out of a run can act in an environment. */
export function isPlayable(manifest: AnyManifest): boolean {
  return manifest.evaluation !== undefined;
}

/** No result depends on the checkpoint, so a report works without one that is missing or damaged. */
function sizesOf(folder: RunFolder): Pick<RunRecord, 'sizes'> {
  try {
    const checkpoint = loadCheckpointHeader(lastCheckpoint(folder));
    const { spec } = savedData(checkpoint, findAlgorithm(trainingHeader(checkpoint).algorithm));
    return { sizes: datasetSizes(spec) };
  } catch (error) {
    if (!LamoError.isInstance(error)) throw error;
    return {};
  }
}

function timingOf(folder: RunFolder): Pick<RunRecord, 'timing' | 'timingFault'> {
  try {
    return { timing: readTiming(folder) };
  } catch (error) {
    if (!LamoError.isInstance(error)) throw error;
    return { timing: [], timingFault: error.message };
  }
}

/** The last step that a run has recorded. */
export function stepsOf({ timing, metrics, evaluations, perplexities }: RunRecord): number {
  return lastStep([...timing, ...metrics, ...evaluations, ...perplexities]);
}

/** Gradient steps that runs took in a second of training; undefined if none of them says how long it took. */
export function stepsPerSecondOf(runs: readonly RunRecord[]): number | undefined {
  const steps = runs.map(({ timing }) => lastStep(timing.filter(({ activity }) => activity === 'training')));
  const seconds = runs.map((run) => secondsOf(run, 'training'));
  const rate = sum(steps) / sum(seconds);
  return rate > 0 && Number.isFinite(rate) ? rate : undefined;
}

/** Seconds that a run spent on an activity. */
export function secondsOf({ timing }: RunRecord, activity: TimingRecord['activity']): number {
  return timing.reduce((sum, line) => (line.activity === activity ? sum + line.seconds : sum), 0);
}

/** What a run says it spent on an activity: `13 min 2 s`, or `–` if it says nothing of it. */
export function durationOf(run: RunRecord, activity: TimingRecord['activity']): string {
  return isTimed(run, activity) ? formatDuration(secondsOf(run, activity)) : '–';
}

/** Tells whether a run says how long an activity took. */
export function isTimed({ timing }: RunRecord, activity: TimingRecord['activity']): boolean {
  return timing.some((line) => line.activity === activity);
}

function lastStep(lines: readonly { readonly step: number }[]): number {
  return lines.reduce((most, { step }) => Math.max(most, step), 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Evaluations that a run makes on its way, or those that were asked for by `lamo evaluate`. */
export type Origin = 'training' | 'later';

/** What a policy of one step reached with one target return: every start once, whichever evaluation played it. */
export interface Outcome {
  readonly step: number;
  readonly targetReturn: number | null;
  readonly returns: readonly number[];
}

/**
 * What a run reached in an environment, by step. Evaluations that were repeated are not chosen from: their episodes count
 * together, and those from the same start once.
 */
export function outcomesOf({ evaluations }: RunRecord, environment: string, origin: Origin): Outcome[] {
  const played = new Map<
    string,
    { step: number; targetReturn: number | null; byStart: Map<number, number> }
  >();
  for (const { step, targetReturn, inTraining, returns, seeds, ...rest } of evaluations) {
    if (rest.environment !== environment || inTraining !== (origin === 'training')) continue;
    const key = `${step} ${targetReturn}`;
    const outcome = played.get(key) ?? { step, targetReturn, byStart: new Map() };
    returns.forEach((value, i) => {
      if (!outcome.byStart.has(seeds[i]!)) outcome.byStart.set(seeds[i]!, value);
    });
    played.set(key, outcome);
  }
  return [...played.values()]
    .map(({ byStart, ...outcome }) => ({ ...outcome, returns: [...byStart.values()] }))
    .sort((a, b) => a.step - b.step);
}

/**
 * The last step that all of the runs that were evaluated in an environment share; the last one of any if they share none.
 * Undefined if there was no evaluation of this kind.
 */
export function lastSharedStep(
  runs: readonly RunRecord[],
  environment: string,
  origin: Origin,
): number | undefined {
  const steps = runs
    .map((run) => new Set(outcomesOf(run, environment, origin).map(({ step }) => step)))
    .filter(({ size }) => size > 0);
  const all = [...new Set(steps.flatMap((set) => [...set]))];
  const shared = all.filter((step) => steps.every((set) => set.has(step)));
  const candidates = shared.length > 0 ? shared : all;
  return candidates.length === 0 ? undefined : Math.max(...candidates);
}

/** What a run reached at a step, one outcome for each target return. */
export function outcomesAt(run: RunRecord, environment: string, origin: Origin, step: number): Outcome[] {
  return outcomesOf(run, environment, origin).filter((outcome) => outcome.step === step);
}
