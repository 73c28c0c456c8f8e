import type { AnyAlgorithm, TrainingRun } from '@lamo/algos';
import { type ChosenDevice, openChosen } from './choose-device';
import { continueRun } from './continue-run';
import { loadInitial } from './load-initial';
import { withLock } from './lock-run';
import { lookRhythm } from './look-rhythm';
import { createManifest, writeManifest } from './manifest';
import type { RunObserver } from './open-run';
import { prepareTraining } from './prepare-training';
import { removeLeftOvers } from './run-files';
import { createRunFolder, type RunFolder } from './run-folder';
import type { OpenedData } from './side';

/** What every new run is made of. */
export interface CommonRun {
  /** What trains. */
  readonly algorithm: AnyAlgorithm;
  /** Settings that differ from the defaults, and from the preset. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of a preset. @default none */
  readonly preset?: string | undefined;
  /** Seed of initial weights, batches and noise. */
  readonly seed: number;
  /** Gradient steps in all. */
  readonly steps: number;
  /** Run or checkpoint to begin with. @default what the algorithm draws */
  readonly initial?: string | undefined;
  /** Steps between lines of metrics. */
  readonly logEvery: number;
  /** Steps between checkpoints; evaluated steps and the last one have one in any case. */
  readonly checkpointEvery: number;
  /** Where to compute, with how many threads, and how exactly. */
  readonly device: ChosenDevice;
  /** Threads that the physics of evaluations is split over; what comes out is the same for any number. @default none but the main one */
  readonly workers?: number | undefined;
  /** Folder of the run. */
  readonly out: string;
  /** Replaces an earlier run in the folder. */
  readonly overwrite: boolean;
}

/** What differs between runs by what they learn from and what comes out. */
export interface RunParts {
  readonly opened: OpenedData;
  /** Steps between looks at the result; null: none. */
  readonly looks: number | null;
  /** What the manifest says of the data, and of how the result is looked at. */
  describe(training: TrainingRun): object | Promise<object>;
  /** Puts what the run needs into its folder. */
  settle?(folder: RunFolder): Promise<void>;
}

/**
 * Trains a new run from its first step to its last, in a folder of its own. Everything is checked, and compiled,
 * before the folder is touched.
 *
 * @throws LamoError `folder-exists`, `run-in-use`, and what {@link prepareTraining} and {@link continueRun} throw
 */
export async function beginRun(run: CommonRun, parts: RunParts, observer: RunObserver): Promise<RunFolder> {
  const { algorithm, seed, steps, preset, config, logEvery, checkpointEvery } = run;
  const { opened } = parts;
  const initial = run.initial === undefined ? undefined : loadInitial(run.initial);
  for (const warning of opened.warnings) observer.onWarning?.(warning);
  const { device, record } = await openChosen(run.device, observer);
  const options = {
    ...{ steps, seed, config, device, ...lookRhythm(run, parts.looks) },
    ...(preset === undefined ? {} : { preset }),
    ...(initial && { initial: initial.checkpoint }),
    heldOut: opened.heldOut,
  };
  const { training, averages } = await prepareTraining(algorithm, opened.data, options, observer);
  const manifest = createManifest({
    algorithm: algorithm.name,
    preset: preset ?? null,
    config: training.config,
    seed,
    steps,
    ...(initial && { initial: initial.record }),
    ...(await parts.describe(training)),
    logEvery,
    checkpointEvery,
    device: record,
  });
  return withLock(run.out, async () => {
    const folder = createRunFolder(run.out, run.overwrite);
    await parts.settle?.(folder);
    writeManifest(folder, manifest);
    removeLeftOvers(folder);
    const { workers } = run;
    await continueRun({ folder, manifest, training, averages, workers }, opened, device, observer);
    return folder;
  });
}
