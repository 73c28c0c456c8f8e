import { type AnyAlgorithm, describeConfig, findAlgorithm, learnsByActing, online } from '@lamo/algos';
import { Rng } from '@lamo/core';
import type { LogReading } from '@lamo/data';
import { findEnvironment } from '@lamo/eval';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { environmentSlug } from '../environment-slug';
import { readyEnvironments, resolveEnvironment } from '../resolve-environment';
import type { CommonRun } from '../run/begin-run';
import { describeLog } from '../run/describe-log';
import { EPISODES, EVALUATIONS } from '../run/evaluation-defaults';
import { chooseFolder, nameRun } from '../run/name-run';
import { type DatasetReading, datasetReading, openDataset } from '../run/open-dataset';
import { type ActingRun, onExperience } from '../run/start-experience';
import { type NewRun, onDataset } from '../run/start-run';
import { tell } from '../terminal/output';
import { ACTING, type TrainFlags } from './train-flags';
import { trainSeeds } from './train-seeds';

/** Trains an algorithm as the flags say: one seed in this process, or several in processes of their own. */
export async function trainAlgorithm(command: Command, name: string, given: TrainFlags): Promise<void> {
  const flags =
    given.environment === undefined
      ? given
      : { ...given, environment: resolveEnvironment(given.environment) };
  if (flags.environment !== undefined) await readyEnvironments([flags.environment], flags.python);
  const algorithm = findAlgorithm(name);
  const reading = datasetReading(flags);
  const logged = flags.dataset === undefined ? undefined : await openLogged(flags.dataset, reading);
  if (!learnsByActing(algorithm) && flags.onlineSteps === undefined) {
    return trainSeeds(command, flags, onDataset, (seed, steps) => ({
      ...commonRun(algorithm, logged!.dataset.name, { ...flags, steps }, seed),
      ...logged!,
      evaluation: planEvaluation({ ...flags, steps }, seed),
      estimateEvery: flags.estimateEvery ?? Math.ceil(steps / EVALUATIONS),
    }));
  }
  const environment = findEnvironment(flags.environment!).spec.id;
  const chosen = ACTING.filter((flag) => flags[flag] !== undefined).map((flag) => [flag, flags[flag]]);
  const acting: ActingRun['settings'] = Object.fromEntries(chosen);
  const { updateRatio = 1 } = { ...algorithm.acting, ...acting };
  const isOnline = flags.onlineSteps !== undefined;
  const learner = isOnline ? online(algorithm) : algorithm;
  const settings = isOnline ? { ...acting, offlineSteps: flags.steps } : acting;
  // The steps that follow are taken for each step in the environment.
  const steps = flags.steps + Math.round((flags.onlineSteps ?? 0) * updateRatio);
  const place = environmentSlug(environment);
  const data = logged === undefined ? place : `${logged.dataset.name}-${place}`;
  return trainSeeds(command, { ...flags, steps }, onExperience, (seed, steps) => ({
    ...commonRun(learner, data, { ...flags, steps }, seed),
    environment,
    logged,
    settings,
    evaluation: planEvaluation({ ...flags, steps }, seed),
  }));
}

async function openLogged(path: string, reading: DatasetReading) {
  const onLog = (log: LogReading) => tell(describeLog(log));
  return { dataset: await openDataset(path, reading, { onLog }), datasetPath: path, reading };
}

/** @param data name of what it learns from */
function commonRun(algorithm: AnyAlgorithm, data: string, flags: TrainFlags, seed: number): CommonRun {
  const config = readConfigFlags(describeConfig(algorithm), { ...flags });
  const named = { algorithm, config, preset: flags.preset, initial: flags.initial, seed };
  return {
    ...named,
    steps: flags.steps,
    logEvery: flags.logEvery,
    checkpointEvery: flags.checkpointEvery,
    device: { name: flags.device, threads: flags.threads, precision: flags.precision },
    workers: flags.workers,
    out: chooseFolder(nameRun(named, data), flags),
    overwrite: flags.overwrite === true,
  };
}

function planEvaluation(flags: TrainFlags, seed: number): NewRun['evaluation'] {
  if (flags.environment === undefined) return null;
  return {
    environment: flags.environment,
    every: flags.evaluateEvery ?? Math.ceil(flags.steps / EVALUATIONS),
    episodes: flags.episodes ?? EPISODES,
    seed: flags.evaluationSeed ?? Rng.fromSeed(seed).split('evaluation').uint32(),
  };
}
