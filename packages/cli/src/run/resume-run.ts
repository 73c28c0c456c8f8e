import { existsSync, rmSync } from 'node:fs';
import { findAlgorithm, parseSavedConfig } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import type { Device, DeviceName, Precision } from '@lamo/runtime';
import { readyEnvironments } from '../resolve-environment';
import { reopenDevice, warnOfMove } from './choose-device';
import { continueRun } from './continue-run';
import { reloadInitial } from './load-initial';
import { loadOwnCheckpoint } from './load-own-checkpoint';
import { withLock } from './lock-run';
import { lookRhythm } from './look-rhythm';
import { type RunManifest, startSession, writeManifest } from './manifest';
import type { RunObserver } from './open-run';
import { prepareTraining } from './prepare-training';
import { readManifest } from './read-manifest';
import { checkRunFiles, removeLeftOvers, rewindFiles } from './run-files';
import { checkpointPath, checkpointSteps, findRun, type RunFolder } from './run-folder';
import { sidesOf } from './run-sides';
import { savedAverages } from './saved-averages';

/** What may differ when a run is continued. */
export interface ResumeOptions {
  /** Steps in all, if there are to be more than were planned. */
  readonly steps?: number | undefined;
  /** Where the dataset is now, if it was moved. */
  readonly dataset?: string | undefined;
  /** Where to compute from now on, if not where it was computed last. */
  readonly device?: DeviceName | undefined;
  /** How products are computed from now on, if not as they were. */
  readonly precision?: Precision | undefined;
  /** Threads of the device `cpu`, if they are to be others than at the start. */
  readonly threads?: number | undefined;
  /** Threads that the physics of evaluations is split over from now on. */
  readonly workers?: number | undefined;
  /** The Python that plays an environment of Gymnasium. @default what the environment variable names */
  readonly python?: string | undefined;
  /** The device itself, where it is open already. */
  readonly opened?: Device | undefined;
}

/**
 * Continues a run from its last checkpoint, or from its beginning if it was stopped before the first. What comes
 * out is equal, byte for byte, to a run that was never stopped; on another device, but for rounding.
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
  const algorithm = findAlgorithm(earlier.algorithm);
  const { data, result } = sidesOf(earlier.algorithm);
  const steps = options.steps ?? earlier.steps;
  const lastStep = checkpointSteps(folder).at(-1) ?? 0;
  checkUnfinished(folder, earlier, steps);
  await readyToPlay(folder, earlier, options);
  checkRunFiles(folder);
  result.checkFiles(folder);
  const path = checkpointPath(folder, lastStep);
  const checkpoint = lastStep === 0 ? undefined : loadOwnCheckpoint(path, earlier);
  const opened = await data.reopen({ folder, manifest: earlier }, options.dataset, observer);
  for (const warning of opened.warnings) observer.onWarning?.(warning);

  const chosen = { ...options, name: options.device };
  const { device, record } = await reopenDevice(folder.path, earlier, chosen, observer);
  for (const warning of warnOfMove(earlier, record)) observer.onWarning?.(warning);
  const config = parseSavedConfig(algorithm, earlier.config);
  const initial = earlier.initial && checkpoint === undefined ? reloadInitial(earlier.initial) : undefined;
  const beginning =
    checkpoint === undefined
      ? { seed: earlier.seed, config, ...(initial && { initial }), heldOut: opened.heldOut }
      : { resume: checkpoint };
  const rhythm = lookRhythm(earlier, result.every(earlier));
  const { training, averages } = await prepareTraining(
    algorithm,
    opened.data,
    { steps, device, ...rhythm, ...beginning },
    observer,
    savedAverages(checkpoint),
  );
  await result.checkResumed?.(earlier, training);

  const manifest = {
    ...earlier,
    config,
    steps,
    sessions: [...earlier.sessions, { ...startSession(lastStep), device: record }],
  };
  rewind(folder, manifest, lastStep);
  const { workers } = options;
  await continueRun({ folder, manifest, training, averages, workers }, opened, device, observer);
}

/** Takes everything in a folder back to a step. */
function rewind(folder: RunFolder, manifest: RunManifest, step: number): void {
  const { result } = sidesOf(manifest.algorithm);
  // First the result: a run whose files were taken back must not look finished.
  rmSync(result.pathIn(folder), { recursive: true, force: true });
  rewindFiles(folder, step, manifest.logEvery);
  result.rewind(folder, step);
  removeLeftOvers(folder);
  writeManifest(folder, manifest);
}

/** Tells whether a run has taken this many steps, and is finished. */
export function isFinished(folder: RunFolder, { algorithm }: RunManifest, steps: number): boolean {
  const { result } = sidesOf(algorithm);
  return checkpointSteps(folder).at(-1) === steps && existsSync(result.pathIn(folder));
}

/** Checks that there is something left to do. @param steps in all @throws LamoError `run-complete`, `too-few-steps` */
export function checkUnfinished(folder: RunFolder, manifest: RunManifest, steps: number): void {
  checkEnough(folder, manifest, steps);
  if (!isFinished(folder, manifest, steps)) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'run-complete',
    problem: `The run ${folder.path} has taken its ${steps} steps`,
    expected: 'a run that was stopped, or more --steps',
    hint: `To train it longer: lamo train --resume ${folder.path} --steps ${2 * steps}`,
  });
}

/** What is asked for of evaluations. */
type Playing = Pick<ResumeOptions, 'workers' | 'python'>;

/** Gets ready for the evaluations of a run, if it has some. @throws LamoError as {@link checkPlaying} and `readyEnvironments` */
async function readyToPlay(folder: RunFolder, manifest: RunManifest, options: Playing): Promise<void> {
  checkPlaying(folder, manifest, options);
  const environment = playsIn(manifest);
  if (environment !== null) await readyEnvironments([environment], options.python);
}

const playsIn = (manifest: RunManifest) => sidesOf(manifest.algorithm).result.playsIn?.(manifest) ?? null;

/** Checks that there are evaluations, if something is asked for that only they need. @throws LamoError `no-evaluation` */
export function checkPlaying({ path }: RunFolder, manifest: RunManifest, { workers, python }: Playing): void {
  const [asked] = Object.entries({ workers, python }).filter(([, value]) => value !== undefined);
  if (asked === undefined || playsIn(manifest) !== null) return;
  const [name, value] = asked;
  throw new LamoError({
    where: 'cli/run',
    code: 'no-evaluation',
    problem: `The run ${path} is not evaluated in an environment while it trains: --${name} is of no use`,
    expected: `no --${name}`,
    received: `--${name} ${value}`,
    ...(name === 'workers'
      ? { hint: 'Steps of training are divided among threads of their own: --threads.' }
      : {}),
  });
}

/** Checks that a run has not taken more steps than it is to take. @throws LamoError `too-few-steps` */
export function checkEnough(folder: RunFolder, manifest: RunManifest, steps: number): void {
  const taken = checkpointSteps(folder).at(-1) ?? 0;
  if (taken <= steps) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'too-few-steps',
    problem: `The run ${folder.path} has taken more than --steps ${steps} already`,
    expected: `--steps of at least ${taken}${manifest.steps > taken ? `; ${manifest.steps} were planned` : ''}`,
    received: String(steps),
  });
}
