import { type AnyAlgorithm, describeConfig, findAlgorithm, learnsByActing, online } from '@lamo/algos';
import { type Dataset, Rng } from '@lamo/core';
import { findEnvironment } from '@lamo/eval';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { environmentSlug } from '../environment-slug';
import { readyEnvironments, resolveEnvironment } from '../resolve-environment';
import type { CommonRun } from '../run/begin-run';
import { countHeldOut } from '../run/dataset-side';
import { describeLog } from '../run/describe-log';
import { EPISODES, EVALUATIONS } from '../run/evaluation-defaults';
import { chooseFolder, nameRun } from '../run/name-run';
import { type DatasetReading, datasetReading, locateDataset, openWithLog } from '../run/open-dataset';
import { type ActingRun, onExperience } from '../run/start-experience';
import { type NewRun, onDataset } from '../run/start-run';
import { formatCount, formatNumberOf } from '../terminal/format';
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
    const heldOut = chooseHeldOut(algorithm, logged!, flags);
    return trainSeeds(command, flags, onDataset, (seed, steps) => ({
      ...commonRun(algorithm, logged!.dataset.name, { ...flags, steps }, seed),
      ...logged!,
      heldOut,
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

/** Opens what was logged; says how a log of one's own was read, if it is one. */
async function openLogged(path: string, reading: DatasetReading) {
  const { dataset, log } = await openWithLog(path, reading);
  if (log !== undefined) tell(describeLog(log));
  return { dataset, datasetPath: locateDataset(path), reading, isOwnLog: log !== undefined };
}

/** What of a log of one's own is held out if nothing is said: data sets that others made are learned from whole, as in papers. */
const HELD_OUT = { fraction: 0.1, leastEpisodes: 10 };

/** Chooses how much is held out, and says so. An estimate is one of its own log's judges, and sees all of it. */
function chooseHeldOut(
  { result }: AnyAlgorithm,
  { dataset, isOwnLog }: { readonly dataset: Dataset; readonly isOwnLog: boolean },
  { heldOut }: TrainFlags,
): number | undefined {
  const { fraction, leastEpisodes } = HELD_OUT;
  const isUsual = isOwnLog && result.kind === 'policy' && dataset.episodeEnds.length >= leastEpisodes;
  const chosen = heldOut ?? (isUsual ? fraction : 0);
  if (chosen === 0) return undefined;
  const { episodes } = countHeldOut(dataset, chosen);
  const all = formatNumberOf(dataset.episodeEnds.length, 'episode');
  tell(
    `${formatCount(episodes)} of ${all} are held out: not learned from, and measured at each line of metrics.`,
  );
  return chosen;
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
