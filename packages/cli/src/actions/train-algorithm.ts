import { type AnyAlgorithm, describeConfig, findAlgorithm } from '@lamo/algos';
import { type Dataset, Rng } from '@lamo/core';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { EPISODES, EVALUATIONS } from '../run/evaluation-defaults';
import { chooseFolder, nameRun } from '../run/name-run';
import { datasetReading, openDataset, type ReadingFlags } from '../run/open-dataset';
import { type NewRun, onDataset } from '../run/start-run';
import { type SeedFlags, trainSeeds } from './train-seeds';

/** Flags of `lamo train ALGORITHM`, apart from the settings of the algorithm. */
export interface TrainFlags extends ReadingFlags, SeedFlags {
  readonly dataset: string;
  readonly preset?: string;
  readonly initial?: string;
  readonly environment?: string;
  readonly evaluateEvery?: number;
  readonly episodes?: number;
  readonly evaluationSeed?: number;
  readonly estimateEvery?: number;
  readonly device: DeviceName;
  readonly out?: string;
  readonly logEvery: number;
  readonly checkpointEvery: number;
}

/** Trains an algorithm as the flags say: one seed in this process, or several in processes of their own. */
export async function trainAlgorithm(command: Command, name: string, flags: TrainFlags): Promise<void> {
  const algorithm = findAlgorithm(name);
  const dataset = await openDataset(flags.dataset, datasetReading(flags));
  return trainSeeds(command, flags, onDataset, (seed, steps) =>
    newRun(algorithm, dataset, { ...flags, steps }, seed),
  );
}

function newRun(algorithm: AnyAlgorithm, dataset: Dataset, flags: TrainFlags, seed: number): NewRun {
  const config = readConfigFlags(describeConfig(algorithm), { ...flags });
  const named = { algorithm, config, preset: flags.preset, initial: flags.initial, seed };
  return {
    ...named,
    dataset,
    datasetPath: flags.dataset,
    reading: datasetReading(flags),
    steps: flags.steps,
    evaluation: planEvaluation(flags, seed),
    estimateEvery: flags.estimateEvery ?? Math.ceil(flags.steps / EVALUATIONS),
    logEvery: flags.logEvery,
    checkpointEvery: flags.checkpointEvery,
    device: { name: flags.device, threads: flags.threads, precision: flags.precision },
    out: chooseFolder(nameRun(named, dataset.name), flags),
    overwrite: flags.overwrite === true,
  };
}

function planEvaluation(flags: TrainFlags, seed: number): NewRun['evaluation'] {
  if (flags.environment === undefined) return null;
  return {
    environment: flags.environment.toLowerCase(),
    every: flags.evaluateEvery ?? Math.ceil(flags.steps / EVALUATIONS),
    episodes: flags.episodes ?? EPISODES,
    seed: flags.evaluationSeed ?? Rng.fromSeed(seed).split('evaluation').uint32(),
  };
}
