import { existsSync } from 'node:fs';
import { join, parse } from 'node:path';
import { type AnyAlgorithm, describeConfig, findAlgorithm } from '@lamo/algos';
import { type Dataset, Rng } from '@lamo/core';
import type { DeviceName } from '@lamo/runtime';
import type { Command } from 'commander';
import { readConfigFlags } from '../commands/config-flags';
import { givenOptions } from '../commands/given-options';
import { resumeJob } from '../jobs/resume-job';
import type { Job } from '../jobs/start-job';
import { trainJobs } from '../jobs/train-jobs';
import { checkSameSettings } from '../run/check-same-settings';
import { describeVariant } from '../run/describe-variant';
import { EPISODES, EVALUATIONS } from '../run/evaluation-defaults';
import { datasetReading, openDataset, type ReadingFlags } from '../run/open-dataset';
import { isLeftToOverwrite, withOverwriteMarks } from '../run/overwrite-marks';
import { resumeRun } from '../run/resume-run';
import { runFolder } from '../run/run-folder';
import { checkNewRun, type NewRun, startRun } from '../run/start-run';
import { OUTPUT_FLAGS } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { showRun } from './show-run';

/** Flags of `lamo train ALGORITHM`, apart from the settings of the algorithm. */
export interface TrainFlags extends ReadingFlags {
  readonly dataset: string;
  readonly steps: number;
  readonly seed: number;
  readonly seeds: number;
  readonly parallel?: number;
  readonly resume?: boolean;
  readonly preset?: string;
  readonly initial?: string;
  readonly environment?: string;
  readonly evaluateEvery?: number;
  readonly episodes?: number;
  readonly evaluationSeed?: number;
  readonly estimateEvery?: number;
  readonly device: DeviceName;
  readonly threads?: number;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly logEvery: number;
  readonly checkpointEvery: number;
}

/** Trains an algorithm as the flags say: one seed in this process, or several in processes of their own. */
export async function trainAlgorithm(command: Command, name: string, flags: TrainFlags): Promise<void> {
  const algorithm = findAlgorithm(name);
  return flags.seeds === 1 ? trainOne(algorithm, flags) : trainSeeds(command, algorithm, flags);
}

async function trainOne(algorithm: AnyAlgorithm, flags: TrainFlags): Promise<void> {
  const run = newRun(algorithm, await openDataset(flags.dataset, datasetReading(flags)), flags, flags.seed);
  if (!isResumed(run, flags)) {
    if (flags.resume && run.overwrite) warnOfReplacing(run.out);
    else if (flags.resume) warnOfNothing([run.out]);
    return showRun((observer) => startRun(run, observer));
  }
  return showRun((observer) => resumeRun(run.out, flags, observer));
}

async function trainSeeds(command: Command, algorithm: AnyAlgorithm, flags: TrainFlags): Promise<void> {
  const dataset = await openDataset(flags.dataset, datasetReading(flags));
  const given = givenOptions(command, [
    'seed',
    'seeds',
    'parallel',
    'threads',
    'out',
    'resume',
    'overwrite',
    ...OUTPUT_FLAGS,
  ]);
  const paths: string[] = [];
  const jobs: Job[] = [];
  const replaced: NewRun[] = [];
  let resumed = 0;
  for (const seed of seedsOf(command, flags)) {
    const run = newRun(algorithm, dataset, flags, seed);
    const label = `seed ${seed}`;
    const goesOn = isResumed(run, flags);
    const job = goesOn ? resumeJob(label, run.out, flags) : await beginJob(label, run, given);
    if (goesOn) resumed += 1;
    if (run.overwrite) replaced.push(run);
    paths.push(run.out);
    if (job !== undefined) jobs.push(job);
  }
  const { parallel, threads, resume } = flags;
  if (resume && resumed + replaced.length === 0) warnOfNothing(paths);
  if (resume) for (const { out } of replaced) warnOfReplacing(out);
  return withOverwriteMarks(replaced, () =>
    trainJobs({ paths, jobs, parallel, threads, advice: adviceAfter(flags) }),
  );
}

/** How to continue several seeds after Ctrl-C. */
function adviceAfter({ resume, overwrite }: TrainFlags): string {
  if (resume) return 'run the same command again';
  return `run the same command with --resume${overwrite ? ' in place of --overwrite' : ''}`;
}

/** Consecutive seeds; beyond the largest integer they would repeat. */
function seedsOf(command: Command, { seed, seeds }: TrainFlags): number[] {
  if (seed > Number.MAX_SAFE_INTEGER - (seeds - 1)) {
    command.error(
      `error: --seeds ${seeds} counts up from --seed ${seed} beyond the largest seed, ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return Array.from({ length: seeds }, (_, i) => seed + i);
}

/** A run with other settings has another folder, so a mistyped setting would otherwise start a new run unnoticed. */
function warnOfNothing(paths: readonly string[]): void {
  printWarning(`nothing to resume in ${paths.join(', ')}: it begins there`);
}

/** What the stopped command had not done yet. */
function warnOfReplacing(path: string): void {
  printWarning(`${path} has an earlier run that --overwrite was to replace: it is replaced now`);
}

function isResumed(run: NewRun, { resume }: TrainFlags): boolean {
  if (!resume || run.overwrite || !existsSync(runFolder(run.out).manifest)) return false;
  checkSameSettings(run);
  return true;
}

/** Creates the job that starts a run: `lamo train` with one seed. */
async function beginJob(label: string, run: NewRun, given: readonly string[]): Promise<Job> {
  await checkNewRun(run);
  const { algorithm, seed, out, steps, device } = run;
  const replace = run.overwrite ? ['--overwrite'] : [];
  const args = ['train', algorithm.name, ...given, ...replace, '--seed', String(seed), '--out', out];
  return { label, path: out, args, device: device.name, steps, done: 0 };
}

function newRun(algorithm: AnyAlgorithm, dataset: Dataset, flags: TrainFlags, seed: number): NewRun {
  const run: NewRun = {
    algorithm,
    dataset,
    datasetPath: flags.dataset,
    reading: datasetReading(flags),
    config: readConfigFlags(describeConfig(algorithm), { ...flags }),
    preset: flags.preset,
    initial: flags.initial,
    seed,
    steps: flags.steps,
    evaluation: planEvaluation(flags, seed),
    estimateEvery: flags.estimateEvery ?? Math.ceil(flags.steps / EVALUATIONS),
    logEvery: flags.logEvery,
    checkpointEvery: flags.checkpointEvery,
    device: { name: flags.device, threads: flags.threads },
    out: chooseFolder(algorithm, dataset, flags, seed),
    overwrite: flags.overwrite === true,
  };
  return flags.resume && isLeftToOverwrite(run) ? { ...run, overwrite: true } : run;
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

/** With several seeds, `--out` holds the folders of the runs. */
function chooseFolder(algorithm: AnyAlgorithm, dataset: Dataset, flags: TrainFlags, seed: number): string {
  const config = readConfigFlags(describeConfig(algorithm), { ...flags });
  const variant = describeVariant(algorithm, config, flags.preset);
  const start = flags.initial === undefined ? [] : [`from-${parse(flags.initial).name}`];
  const name = [algorithm.name, dataset.name, ...start, ...variant, `s${seed}`].join('-');
  if (flags.out === undefined) return join('runs', name);
  return flags.seeds === 1 ? flags.out : join(flags.out, name);
}
