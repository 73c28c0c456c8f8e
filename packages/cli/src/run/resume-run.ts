import { existsSync, rmSync } from 'node:fs';
import { averageMetrics, findAlgorithm, parseSavedConfig, train } from '@lamo/algos';
import { type Dataset, LamoError } from '@lamo/core';
import { datasetWarnings, hashDataset } from '@lamo/data';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { continueRun } from './continue-run';
import { loadOwnCheckpoint } from './load-own-checkpoint';
import { withLock } from './lock-run';
import { type Manifest, readManifest, startSession, writeManifest } from './manifest';
import { openDataset } from './open-dataset';
import type { RunObserver } from './open-run';
import { checkRunFiles, removeLeftOvers, rewindFiles } from './run-files';
import { checkpointPath, checkpointSteps, findRun, type RunFolder } from './run-folder';
import { savedAverages } from './saved-averages';
import { stepsAtOnce } from './steps-at-once';

/** What may differ when a run goes on. */
export interface ResumeOptions {
  /** Steps in all, if there are to be more than were planned. */
  readonly steps?: number | undefined;
  /** Where the dataset is now, if it was moved. */
  readonly dataset?: string | undefined;
  /** Threads of the device `cpu`, if they are to be others than at the start. */
  readonly threads?: number | undefined;
}

/**
 * Lets a run go on from its last checkpoint, or from its beginning if it was stopped before the first. What comes
 * out is equal, byte for byte, to a run that was never stopped.
 *
 * @param path folder of the run
 * @throws LamoError `not-a-run`, `run-in-use`, `run-complete`, `checkpoint-mismatch`, and what `train` and `continueRun` throw
 */
export async function resumeRun(
  path: string,
  options: ResumeOptions = {},
  observer: RunObserver = {},
): Promise<RunFolder> {
  const folder = findRun(path);
  await withLock(path, () => resume(folder, options, observer));
  return folder;
}

async function resume(folder: RunFolder, options: ResumeOptions, observer: RunObserver): Promise<void> {
  const earlier = readManifest(folder.manifest);
  const steps = options.steps ?? earlier.steps;
  const lastStep = checkpointSteps(folder).at(-1) ?? 0;
  checkUnfinished(folder, lastStep, steps);
  checkRunFiles(folder);
  const path = checkpointPath(folder, lastStep);
  const checkpoint = lastStep === 0 ? undefined : loadOwnCheckpoint(path, earlier);
  const dataset = await openDataset(options.dataset ?? earlier.dataset.path, earlier.dataset.reading);
  checkSameData(earlier, dataset);
  for (const warning of datasetWarnings(dataset)) observer.onWarning?.(warning);

  const { name } = earlier.device;
  const threads = options.threads ?? earlier.device.threads;
  const device = await openDevice(name as DeviceName, threads === null ? {} : { threads });
  const { seed } = earlier;
  const algorithm = findAlgorithm(earlier.algorithm);
  const config = parseSavedConfig(algorithm, earlier.config);
  const beginning = checkpoint === undefined ? { seed, config } : { resume: checkpoint };
  const training = await train(algorithm, dataset, {
    steps,
    device,
    ...(observer.loading === undefined ? {} : { loading: observer.loading }),
    every: stepsAtOnce(earlier),
    ...beginning,
  });
  for (const warning of training.warnings) observer.onWarning?.(warning);

  const manifest = { ...earlier, config, steps, sessions: [...earlier.sessions, startSession(lastStep)] };
  // First the policy: a run whose files were taken back must not look finished.
  rmSync(folder.policy, { force: true });
  rewindFiles(folder, lastStep, manifest.logEvery);
  removeLeftOvers(folder);
  writeManifest(folder, manifest);
  const averages = averageMetrics(savedAverages(checkpoint));
  await continueRun({ folder, manifest, training, averages }, observer);
}

/** Tells whether a run has taken this many steps, and is finished. */
export function isFinished(folder: RunFolder, steps: number): boolean {
  return checkpointSteps(folder).at(-1) === steps && existsSync(folder.policy);
}

function checkUnfinished(folder: RunFolder, step: number, steps: number): void {
  if (!isFinished(folder, steps) && step <= steps) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'run-complete',
    problem: `The run ${folder.path} has taken its ${step} steps`,
    expected: 'a run that was stopped, or more --steps',
    hint: `To train it longer: lamo train --resume ${folder.path} --steps ${2 * step}`,
  });
}

function checkSameData({ dataset: expected }: Manifest, dataset: Dataset): void {
  const hash = hashDataset(dataset);
  if (hash === expected.hash) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'dataset-mismatch',
    problem: `The data of ${expected.path} is not what the run was started with`,
    expected: `${expected.rows} rows with hash ${expected.hash.slice(0, 12)}…`,
    received: `${dataset.size} rows with hash ${hash.slice(0, 12)}…`,
    hint: 'Put the original file back, or say by --dataset where it is.',
  });
}
