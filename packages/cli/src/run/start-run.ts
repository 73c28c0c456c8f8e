import {
  checkCapabilities,
  checkSettingsApply,
  type DatasetSpec,
  datasetSizes,
  describePolicy,
  parseConfig,
  type TrainingRun,
} from '@lamo/algos';
import type { Dataset } from '@lamo/core';
import { datasetWarnings, hashDataset } from '@lamo/data';
import { checkActionBounds, findEnvironment } from '@lamo/eval';
import { beginRun, type CommonRun } from './begin-run';
import { checkFit } from './check-fit';
import { checkReplaceable } from './check-replaceable';
import { countHeldOut, describeFields } from './dataset-side';
import { type DatasetReading, readingSettings, wholeReading } from './open-dataset';
import type { RunObserver } from './open-run';
import type { EvaluationPlan } from './policy-manifest';
import { checkFree, type RunFolder } from './run-folder';
import { sidesOf } from './run-sides';
import type { Starter } from './starter';

/** Everything that a new run on a dataset is made of. */
export interface NewRun extends CommonRun {
  /** What to learn from. */
  readonly dataset: Dataset;
  /** The file of the dataset, for the manifest. */
  readonly datasetPath: string;
  /** How the file was read. @default as it is */
  readonly reading?: DatasetReading;
  /** Part of the episodes that is not learned from, and measured at each line of metrics. @default none */
  readonly heldOut?: number | undefined;
  /** How it is evaluated on its way; the target returns are those that its policy has by its settings. */
  readonly evaluation: Omit<EvaluationPlan, 'targetReturns'> | null;
  /** Steps between estimates, for an algorithm that makes some. */
  readonly estimateEvery?: number;
}

/**
 * Trains a new run on a dataset from its first step to its last, in a folder of its own. Everything is checked, and compiled,
 * before the folder is touched.
 *
 * @throws LamoError `run-in-use`, and what `parseConfig` and `train` throw
 */
export async function startRun(run: NewRun, observer: RunObserver = {}): Promise<RunFolder> {
  await checkNewRun(run);
  const { dataset, datasetPath, reading = {}, heldOut } = run;
  const plan = sidesOf(run.algorithm).result.plan!(run);
  const warnings = datasetWarnings(dataset, reading.log);
  const parts = {
    opened: { data: dataset, warnings, heldOut },
    looks: plan.every,
    describe: async (training: TrainingRun) => ({
      ...describeFields(dataset, datasetPath, reading, [...warnings, ...training.warnings], heldOut),
      ...(await plan.describe(training)),
    }),
  };
  return beginRun(run, parts, observer);
}

/**
 * Checks what can be checked of a new run at once: first what it is asked for, then where it is to go.
 *
 * @throws LamoError `folder-exists`, `environment-mismatch`, `action-bounds`, and what `checkCapabilities`, `parseConfig`
 *   and the `spec` of the kind of data throw
 */
export async function checkNewRun(run: NewRun): Promise<void> {
  checkCapabilities(run.algorithm, run.dataset);
  const config = parseConfig(run.algorithm, run.config, run.preset);
  checkSettingsApply(run.algorithm, run.dataset, config, run.preset);
  // A policy may see more than the data observe: its task.
  const spec = run.algorithm.data.spec(run.dataset, config) as DatasetSpec;
  if (run.heldOut !== undefined) countHeldOut(run.dataset, run.heldOut);
  if (run.evaluation !== null) {
    const { environment } = run.evaluation;
    checkFit({ name: run.dataset.name, ...datasetSizes(spec) }, environment);
    checkActionBounds(describePolicy(spec), findEnvironment(environment).spec);
  }
  checkFree(run.out, run.overwrite);
  checkReplaceable(run, config);
}

/** Starts runs that learn from logged decisions. */
export const onDataset: Starter<NewRun> = {
  settings: (run) => ({
    ...sidesOf(run.algorithm).result.plan!(run).settings,
    ...readingSettings(wholeReading(run.reading ?? {})),
    ...(run.heldOut === undefined ? {} : { heldOut: run.heldOut }),
  }),
  dataHash: ({ dataset }) => hashDataset(dataset),
  check: checkNewRun,
  start: startRun,
};
