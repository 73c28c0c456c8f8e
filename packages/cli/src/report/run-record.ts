import { datasetSizes, findAlgorithm, type Sizes, savedData, trainingHeader } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { loadCheckpointHeader } from '@lamo/runtime';
import { type PerplexityRecord, perplexityOf } from '../language/perplexity-records';
import { type PreferenceRecord, preferencesOf } from '../language/preference-records';
import { type TextsRecord, textsOf } from '../language/text-records';
import { type EstimateRecord, estimatesOf } from '../run/estimate-records';
import { readJsonLines } from '../run/json-lines';
import { type LogEstimateRecord, readLogEstimates } from '../run/log-estimate-records';
import type { RunManifest } from '../run/manifest';
import type { DatasetFields, PolicyFields } from '../run/policy-manifest';
import { readManifest } from '../run/read-manifest';
import type { EvaluationRecord, MetricsRecord, TimingRecord, TrajectoriesRecord } from '../run/records';
import { readEvaluations, readMetrics, readTiming, readTrajectories } from '../run/run-files';
import { findRun, lastCheckpoint, type RunFolder } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import type { DataSummary } from '../run/side';

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
  /** Snapshots of a reward model, in order. */
  readonly preferences: readonly PreferenceRecord[];
  /** How good and how different its texts were at temperatures, in order. */
  readonly texts: readonly TextsRecord[];
  /** What a policy that is judged seemed to be worth, in order. */
  readonly estimates: readonly EstimateRecord[];
  /** What its own policy is worth by logs, in the order in which it was estimated. */
  readonly logEstimates: readonly LogEstimateRecord[];
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
    preferences: readJsonLines(preferencesOf(folder)),
    texts: readJsonLines(textsOf(folder)),
    estimates: readJsonLines(estimatesOf(folder)),
    logEstimates: readLogEstimates(folder),
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
