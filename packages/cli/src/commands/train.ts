import { join } from 'node:path';
import { type AnyAlgorithm, algorithms, describeConfig, findAlgorithm } from '@lamo/algos';
import { type Dataset, Rng } from '@lamo/data';
import { type DeviceName, deviceNames } from '@lamo/runtime';
import { type Command, Option } from 'commander';
import { openDataset } from '../run/open-dataset';
import type { RunObserver } from '../run/open-run';
import { resumeRun } from '../run/resume-run';
import type { RunFolder } from '../run/run-folder';
import { type NewRun, startRun } from '../run/start-run';
import { runToTheEnd } from '../terminal/run-to-the-end';
import { addCommonOptions, countOption, parseInteger, seedOption } from './common-options';
import { addConfigFlags, readConfigFlags } from './config-flags';

interface TrainFlags {
  readonly dataset: string;
  readonly steps: number;
  readonly seed: number;
  readonly seeds: number;
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

interface ResumeFlags {
  readonly resume?: string;
  readonly steps?: number;
  readonly dataset?: string;
}

const EPISODES = 10;
const EVALUATIONS = 10;

/** Adds `lamo train`: one subcommand for each algorithm, and `--resume`. */
export function addTrainCommand(program: Command): void {
  const train = addCommonOptions(program.command('train'))
    .summary('train an algorithm on a dataset, or go on with a run')
    .description('Trains an algorithm on a dataset, or goes on with a run that was stopped.')
    .enablePositionalOptions()
    .usage('<algorithm> --dataset <file> --steps <steps> [options]\n       lamo train --resume <run>')
    .argument('[algorithm]', 'one of the algorithms below')
    .option('--resume <run>', 'go on with the run in this folder')
    .addOption(
      countOption('--steps <steps>', 'with --resume: gradient steps in all, if there are to be more'),
    )
    .option('--dataset <file>', 'with --resume: where the dataset is now, if it was moved')
    .commandsGroup('Algorithms:')
    .addHelpText('after', '\n`lamo train ALGORITHM --help` explains every option and setting.')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((name: string | undefined, flags: ResumeFlags) => {
      if (name !== undefined) refuse(train, name);
      if (flags.resume === undefined) return train.error('error: name an algorithm, or a run to --resume');
      return resume(flags.resume, flags);
    });
  for (const algorithm of algorithms.values()) addAlgorithm(train, algorithm);
}

/** Explains what is not the name of an algorithm: a misspelt name, or a flag that only algorithms have. */
function refuse(train: Command, name: string): never {
  if (name.startsWith('-')) train.error(`error: unknown option '${name}'`);
  findAlgorithm(name);
  return train.error(`error: put '${name}' before its options`);
}

function addAlgorithm(train: Command, algorithm: AnyAlgorithm): void {
  const command = addCommonOptions(train.command(algorithm.name))
    .summary(algorithm.title)
    .description(`${algorithm.title}: ${algorithm.paper}`)
    .usage('--dataset <file> --steps <steps> [options]')
    .requiredOption('--dataset <file>', 'what to learn from, in the layout of D4RL (HDF5)')
    .addOption(countOption('--steps <steps>', 'gradient steps').makeOptionMandatory())
    .addOption(seedOption('seeds initial weights, batches and noise'))
    .addOption(countOption('--seeds <count>', 'train this many runs, with seeds that count up').default(1))
    .option('--environment <id>', 'evaluate in this environment (see `lamo list environments`)')
    .addOption(
      countOption('--evaluate-every <steps>', 'steps between evaluations (default: a tenth of --steps)'),
    )
    .addOption(
      countOption(
        '--episodes <count>',
        `episodes of an evaluation, for each target return (default: ${EPISODES})`,
      ),
    )
    .addOption(
      new Option(
        '--evaluation-seed <seed>',
        'seed of every evaluation (default: follows from --seed)',
      ).argParser(parseInteger),
    )
    .addOption(
      new Option('--device <name>', 'where to compute').choices(Object.keys(deviceNames)).default('cpu'),
    )
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .option('--out <folder>', 'folder of the run (default: runs/<algorithm>-<dataset>-s<seed>)')
    .option('--overwrite', 'replace an earlier run in that folder')
    .addOption(countOption('--log-every <steps>', 'steps between lines of metrics').default(500))
    .addOption(countOption('--checkpoint-every <steps>', 'steps between checkpoints').default(5000));
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `settings for a purpose: ${presets.join(', ')}`);
  addConfigFlags(command, describeConfig(algorithm)).action((flags: TrainFlags) =>
    trainSeeds(command, algorithm, flags),
  );
}

async function trainSeeds(command: Command, algorithm: AnyAlgorithm, flags: TrainFlags): Promise<void> {
  checkUsage(command, flags);
  const dataset = await openDataset(flags.dataset);
  const config = readConfigFlags(describeConfig(algorithm), { ...flags });
  for (let seed = flags.seed; seed < flags.seed + flags.seeds; seed++) {
    const run = {
      algorithm,
      dataset,
      datasetPath: flags.dataset,
      config,
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
    await show((observer) => startRun(run, observer));
  }
}

function resume(run: string, { steps, dataset }: ResumeFlags): Promise<void> {
  return show((observer) => resumeRun(run, { steps, dataset }, observer));
}

async function show(work: (observer: RunObserver) => Promise<RunFolder>): Promise<void> {
  const { path } = await runToTheEnd(work);
  console.log(`${path}: the policy is in policy.onnx; 'lamo report ${path}' shows how it went`);
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
