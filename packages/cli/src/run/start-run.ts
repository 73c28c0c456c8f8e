import { resolve } from 'node:path';
import {
  type AnyAlgorithm,
  actionBoundsOf,
  averageMetrics,
  parseConfig,
  resolveActionBounds,
  type TrainedPolicy,
  type TrainingRun,
  train,
} from '@lamo/algos';
import type { Dataset, DatasetWarning } from '@lamo/core';
import { datasetWarnings, describeDataset, hashDataset } from '@lamo/data';
import { checkActionBounds, findEnvironment } from '@lamo/eval';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { checkFit } from './check-fit';
import { continueRun } from './continue-run';
import { withLock } from './lock-run';
import { createManifest, type EvaluationPlan, writeManifest } from './manifest';
import { type DatasetReading, wholeReading } from './open-dataset';
import type { RunObserver } from './open-run';
import { removeLeftOvers } from './run-files';
import { checkFree, createRunFolder, type RunFolder } from './run-folder';
import { stepsAtOnce } from './steps-at-once';

/** Everything that a new run is made of. */
export interface NewRun {
  /** What trains. */
  readonly algorithm: AnyAlgorithm;
  /** What it learns from. */
  readonly dataset: Dataset;
  /** The file of the dataset, for the manifest. */
  readonly datasetPath: string;
  /** How the file was read. @default as it is */
  readonly reading?: DatasetReading;
  /** Settings that differ from the defaults, and from the preset. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of a preset of the algorithm. @default none */
  readonly preset?: string | undefined;
  /** Seed of the run. */
  readonly seed: number;
  /** Gradient steps in all. */
  readonly steps: number;
  /** How it is evaluated on its way; the target returns are those that its policy has by its settings. */
  readonly evaluation: Omit<EvaluationPlan, 'targetReturns'> | null;
  /** Steps between lines of metrics. */
  readonly logEvery: number;
  /** Steps between checkpoints; evaluated steps and the last one have theirs besides. */
  readonly checkpointEvery: number;
  /** Where to compute, and with how many threads. */
  readonly device: { readonly name: DeviceName; readonly threads?: number | undefined };
  /** Folder of the run. */
  readonly out: string;
  /** Replaces an earlier run in the folder. */
  readonly overwrite: boolean;
}

/**
 * Trains a new run from its first step to its last, in a folder of its own. Everything is checked, and compiled,
 * before the folder is touched.
 *
 * @throws LamoError `run-in-use`, and what `checkNewRun`, `train` and `continueRun` throw
 */
export async function startRun(run: NewRun, observer: RunObserver = {}): Promise<RunFolder> {
  const { algorithm, dataset, evaluation, seed, steps, preset } = run;
  await checkNewRun(run);
  const warnings = datasetWarnings(dataset);
  for (const warning of warnings) observer.onWarning?.(warning);
  const { name, threads } = run.device;
  const device = await openDevice(name, threads === undefined ? {} : { threads });
  const { config } = run;
  const training = await train(algorithm, dataset, {
    steps,
    seed,
    config,
    device,
    ...(observer.loading === undefined ? {} : { loading: observer.loading }),
    every: stepsAtOnce(run),
    ...(preset === undefined ? {} : { preset }),
  });
  for (const warning of training.warnings) observer.onWarning?.(warning);
  const plan = evaluation && { ...evaluation, targetReturns: await readTargets(training) };
  const manifest = createManifest({
    algorithm: algorithm.name,
    preset: preset ?? null,
    config: training.config,
    seed,
    steps,
    dataset: summarise(run, [...warnings, ...training.warnings]),
    evaluation: plan,
    logEvery: run.logEvery,
    checkpointEvery: run.checkpointEvery,
    device: { name: device.name, threads: threads ?? null, description: device.description },
  });
  return withLock(run.out, async () => {
    const folder = createRunFolder(run.out, run.overwrite);
    writeManifest(folder, manifest);
    removeLeftOvers(folder);
    await continueRun({ folder, manifest, training, averages: averageMetrics() }, observer);
    return folder;
  });
}

/**
 * Checks what can be checked of a new run at once: first what it is asked for, then where it is to go.
 *
 * @throws LamoError `folder-exists`, `environment-mismatch`, `action-bounds`, and what `parseConfig` and
 *   `resolveActionBounds` throw
 */
export async function checkNewRun(run: NewRun): Promise<void> {
  const config = parseConfig(run.algorithm, run.config, run.preset);
  const actionBounds = resolveActionBounds(run.dataset, config);
  if (run.evaluation !== null) {
    const { environment } = run.evaluation;
    checkFit(run.dataset, environment);
    const bounds = actionBoundsOf({ ...run.dataset, actionBounds });
    checkActionBounds({ actionBounds: bounds }, findEnvironment(environment).spec);
  }
  checkFree(run.out, run.overwrite);
}

async function readTargets(training: TrainingRun<TrainedPolicy>): Promise<readonly number[]> {
  const policy = await training.result();
  await policy.dispose();
  return policy.targetReturns;
}

function summarise({ dataset, datasetPath, reading = {} }: NewRun, warnings: readonly DatasetWarning[]) {
  return {
    name: dataset.name,
    path: resolve(datasetPath),
    hash: hashDataset(dataset),
    rows: dataset.size,
    meanReturn: describeDataset(dataset).returns?.mean ?? null,
    ...(Object.keys(reading).length === 0 ? {} : { reading: wholeReading(reading) }),
    warnings,
  };
}
