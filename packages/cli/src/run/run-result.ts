import type { DatasetWarning } from '@lamo/core';
import type { RunManifest } from './manifest';
import type { DatasetFields, PolicyFields } from './policy-manifest';
import type { EvaluationRecord, MetricsRecord } from './records';
import { readEvaluations, readMetrics } from './run-files';
import type { RunFolder } from './run-folder';

/** What programs learn of a finished run. */
export interface RunResult {
  readonly folder: string;
  /** The file of the policy, in ONNX. */
  readonly policy: string;
  readonly algorithm: string;
  readonly preset: string | null;
  /** null where it learned by acting alone. */
  readonly dataset: { readonly name: string; readonly path: string; readonly rows: number } | null;
  readonly seed: number;
  readonly steps: number;
  /** The last ones that were logged; null if none were. */
  readonly metrics: MetricsRecord['metrics'] | null;
  /** Those of a step on what is held out, at the last line; null if nothing is. */
  readonly heldOut: MetricsRecord['metrics'] | null;
  /** All of the run, with raw returns. */
  readonly evaluations: readonly EvaluationRecord[];
  /** What was doubtful about the data. */
  readonly warnings: readonly DatasetWarning[];
}

/** Reads what came of a run. @throws LamoError `damaged-manifest`, `damaged-file` */
export function runResult(
  folder: RunFolder,
  {
    algorithm,
    preset,
    dataset,
    seed,
    steps,
    evaluation,
  }: RunManifest & Partial<DatasetFields> & PolicyFields,
): RunResult {
  const { warnings = [] } = dataset ?? {};
  const last = readMetrics(folder).at(-1);
  return {
    folder: folder.path,
    policy: folder.policy,
    ...{ algorithm, preset, dataset: dataset ? pick(dataset) : null, seed, steps },
    metrics: last?.metrics ?? null,
    heldOut: last?.heldOut ?? null,
    evaluations: readEvaluations(folder, evaluation),
    warnings,
  };
}

const pick = ({ name, path, rows }: NonNullable<RunResult['dataset']>) => ({ name, path, rows });
