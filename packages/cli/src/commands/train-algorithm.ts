import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyAlgorithm, describeConfig } from '@lamo/algos';
import { type Dataset, Rng } from '@lamo/data';
import { type DeviceName, deviceNames } from '@lamo/runtime';
import { type Command, Option } from 'commander';
import { resumeJob } from '../jobs/resume-job';
import type { Job } from '../jobs/start-job';
import { trainJobs } from '../jobs/train-jobs';
import { checkSameSettings } from '../run/check-same-settings';
import { openDataset } from '../run/open-dataset';
import type { RunObserver } from '../run/open-run';
import { resumeRun } from '../run/resume-run';
import { type RunFolder, runFolder } from '../run/run-folder';
import { checkNewRun, type NewRun, startRun } from '../run/start-run';
import { runToTheEnd } from '../terminal/run-to-the-end';
import { addCommonOptions, countOption, parseInteger, seedOption } from './common-options';
import { addConfigFlags, readConfigFlags } from './config-flags';
import { givenOptions } from './given-options';

interface TrainFlags {
  readonly dataset: string;
  readonly steps: number;
  readonly seed: number;
  readonly seeds: number;
  readonly parallel?: number;
  readonly resume?: boolean;
  readonly preset?: string;
  readonly environment?: string;
  readonly evaluateEvery?: number;
  readonly episodes?: number;
  readonly evaluationSeed?: number;
  readonly device: DeviceName;
  readonly threads?: number;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly logEvery: number;
  readonly checkpointEvery: number;
}

const EPISODES = 10;
const EVALUATIONS = 10;

/** Adds the subcommand of `lamo train` that trains an algorithm. */
export function addAlgorithm(train: Command, algorithm: AnyAlgorithm): void {
  const command = addCommonOptions(train.command(algorithm.name))
    .summary(algorithm.title)
    .description(`${algorithm.title}: ${algorithm.paper}`)
    .usage('--dataset <file> --steps <steps> [options]')
    .requiredOption('--dataset <file>', 'what to learn from, in the layout of D4RL (HDF5)')
    .addOption(countOption('--steps <steps>', 'gradient steps').makeOptionMandatory());
  for (const option of runOptions()) command.addOption(option);
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `settings for a purpose: ${presets.join(', ')}`);
  addConfigFlags(command, describeConfig(algorithm)).action((flags: TrainFlags) => {
    checkUsage(command, flags);
    return flags.seeds === 1 ? trainOne(algorithm, flags) : trainSeeds(command, algorithm, flags);
  });
}

/** Options that all algorithms have. */
function runOptions(): Option[] {
  const seedsAtOnce =
    'how many seeds to train at the same time, each in a process of its own (default: as many as there are cores)';
  return [
    seedOption('seeds initial weights, batches and noise'),
    countOption('--seeds <count>', 'train this many runs, with seeds that count up').default(1),
    countOption('--parallel <count>', seedsAtOnce),
    new Option('--environment <id>', 'evaluate in this environment (see `lamo list environments`)'),
    countOption('--evaluate-every <steps>', 'steps between evaluations (default: a tenth of --steps)'),
    countOption(
      '--episodes <count>',
      `episodes of an evaluation, for each target return (default: ${EPISODES})`,
    ),
    new Option(
      '--evaluation-seed <seed>',
      'seed of every evaluation (default: follows from --seed)',
    ).argParser(parseInteger),
    new Option('--device <name>', 'where to compute').choices(Object.keys(deviceNames)).default('cpu'),
    countOption(
      '--threads <count>',
      'threads of the device cpu (default: what is faster; 1 for parallel seeds)',
    ),
    new Option('--out <folder>', 'folder of the run (default: runs/<algorithm>-<dataset>-s<seed>)'),
    new Option('--overwrite', 'replace an earlier run in that folder'),
    new Option('--resume', 'go on with what this command began before, and begin the rest').conflicts(
      'overwrite',
    ),
    countOption('--log-every <steps>', 'steps between lines of metrics').default(500),
    countOption('--checkpoint-every <steps>', 'steps between checkpoints').default(5000),
  ];
}

/** Shows a run while it trains, and where it is once it is finished. */
export async function showRun(work: (observer: RunObserver) => Promise<RunFolder>): Promise<void> {
  const { path } = await runToTheEnd(work);
  console.log(`${path}: the policy is in policy.onnx; 'lamo report ${path}' shows how it went`);
}

async function trainOne(algorithm: AnyAlgorithm, flags: TrainFlags): Promise<void> {
  const run = newRun(algorithm, await openDataset(flags.dataset), flags, flags.seed);
  if (!isResumed(run, flags)) return showRun((observer) => startRun(run, observer));
  return showRun((observer) => resumeRun(run.out, flags, observer));
}

async function trainSeeds(command: Command, algorithm: AnyAlgorithm, flags: TrainFlags): Promise<void> {
  const dataset = await openDataset(flags.dataset);
  const given = givenOptions(command, ['seed', 'seeds', 'parallel', 'threads', 'out', 'resume']);
  const paths: string[] = [];
  const jobs: Job[] = [];
  for (const seed of seedsOf(command, flags)) {
    const run = newRun(algorithm, dataset, flags, seed);
    const label = `seed ${seed}`;
    const job = isResumed(run, flags) ? resumeJob(label, run.out, flags) : await beginJob(label, run, given);
    paths.push(run.out);
    if (job !== undefined) jobs.push(job);
  }
  const { parallel, threads, resume } = flags;
  const advice = `run the same command ${resume ? 'again' : 'with --resume'}`;
  return trainJobs({ paths, jobs, parallel, threads, advice });
}

/** Numbers that count up; beyond the largest one they would be the same seed again. */
function seedsOf(command: Command, { seed, seeds }: TrainFlags): number[] {
  if (seed > Number.MAX_SAFE_INTEGER - (seeds - 1)) {
    command.error(
      `error: --seeds ${seeds} counts up from --seed ${seed} beyond the largest seed, ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return Array.from({ length: seeds }, (_, i) => seed + i);
}

function isResumed(run: NewRun, { resume }: TrainFlags): boolean {
  if (!resume || !existsSync(runFolder(run.out).manifest)) return false;
  checkSameSettings(run);
  return true;
}

/** Makes the job that begins a run: `lamo train` with one seed. */
async function beginJob(label: string, run: NewRun, given: readonly string[]): Promise<Job> {
  await checkNewRun(run);
  const { algorithm, seed, out, steps, device } = run;
  const args = ['train', algorithm.name, ...given, '--seed', String(seed), '--out', out];
  return { label, path: out, args, device: device.name, steps, done: 0 };
}

function newRun(algorithm: AnyAlgorithm, dataset: Dataset, flags: TrainFlags, seed: number): NewRun {
  return {
    algorithm,
    dataset,
    datasetPath: flags.dataset,
    config: readConfigFlags(describeConfig(algorithm), { ...flags }),
    preset: flags.preset,
    seed,
    steps: flags.steps,
    evaluation: planEvaluation(flags, seed),
    logEvery: flags.logEvery,
    checkpointEvery: flags.checkpointEvery,
    device: { name: flags.device, threads: flags.threads },
    out: chooseFolder(algorithm, dataset, flags, seed),
    overwrite: flags.overwrite ?? false,
  };
}

function checkUsage(command: Command, flags: TrainFlags): void {
  if (flags.environment !== undefined) return;
  for (const flag of ['evaluateEvery', 'episodes', 'evaluationSeed'] as const) {
    if (flags[flag] === undefined) continue;
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.error(`error: --${name} needs an --environment to evaluate in`);
  }
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
  const name = `${algorithm.name}-${dataset.name}-s${seed}`;
  if (flags.out === undefined) return join('runs', name);
  return flags.seeds === 1 ? flags.out : join(flags.out, name);
}
