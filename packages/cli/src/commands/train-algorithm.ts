import { type Command, InvalidArgumentError, Option } from 'commander';
import { ACTING, type TrainFlags } from '../actions/train-flags';
import type { CataloguedAlgorithm } from '../catalogue';
import { kebabCase } from '../kebab-case';
import { EPISODES } from '../run/evaluation-defaults';
import {
  addCommonOptions,
  countOption,
  deviceOption,
  neededOption,
  parseInteger,
  parseNumber,
  precisionOption,
  pythonOption,
  resumeOption,
  seedOption,
  seedsOptions,
  workersOption,
} from './common-options';
import { addConfigFlags } from './config-flags';
import { checkReadingFlags, datasetOptions } from './dataset-options';

/** Adds the subcommand of `lamo train` that trains an algorithm. */
export function addAlgorithm(train: Command, algorithm: CataloguedAlgorithm): void {
  const command = addCommonOptions(train.command(algorithm.name))
    .summary(algorithm.title)
    .description(`${algorithm.title}: ${algorithm.paper}`)
    .usage(`${isActing(algorithm) ? ENVIRONMENT : DATASET} --steps <steps> [options]`);
  for (const option of [...sourceOptions(algorithm), ...runOptions(algorithm)]) command.addOption(option);
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `named settings: ${presets.join(', ')}`);
  addConfigFlags(command, algorithm.config).action(async (flags: TrainFlags) => {
    checkUsage(command, flags);
    const { trainAlgorithm } = await import('../actions/train-algorithm');
    return trainAlgorithm(command, algorithm.name, flags);
  });
}

const ENVIRONMENT = '--environment <id>';
const DATASET = '--dataset <file>';

/** Tells whether it learns by acting, and needs no data beside that. */
const isActing = ({ data }: CataloguedAlgorithm) => data === 'experience';

/** Options that say what it learns from, and for how long. */
function sourceOptions(algorithm: CataloguedAlgorithm): Option[] {
  if (isActing(algorithm)) {
    return [
      neededOption(
        new Option(ENVIRONMENT, 'act and evaluate in this environment (see `lamo list environments`)'),
      ),
      new Option(
        DATASET,
        'decisions that were logged before: a file of D4RL, Minari and others, or your own CSV, JSON lines or Parquet',
      ),
      neededOption(countOption('--steps <steps>', 'gradient steps')),
      ...actingOptions(
        algorithm,
        'steps with actions drawn at random, before the first gradient step',
        '5000; 0 with a dataset',
      ),
    ];
  }
  return [
    neededOption(
      new Option(
        DATASET,
        'what to learn from: a file of D4RL, Minari and others, or your own CSV, JSON lines or Parquet',
      ),
    ),
    neededOption(countOption('--steps <steps>', 'gradient steps')),
    new Option(
      '--held-out <fraction>',
      'part of the episodes that is not learned from, and measured at each line of metrics (default: 0.1 of your own CSV, JSON lines or Parquet with ten episodes or more, else 0)',
    ).argParser(parseHeldOut),
    ...(algorithm.canActOnline
      ? [
          countOption(
            '--online-steps <steps>',
            'then go on in --environment for so many steps: what its policy does there joins the data',
          ),
          ...actingOptions(algorithm, 'with --online-steps: steps with actions drawn at random first', '0'),
        ]
      : []),
  ];
}

function parseHeldOut(text: string): number {
  const fraction = parseNumber(text);
  if (fraction >= 0 && fraction < 1) return fraction;
  throw new InvalidArgumentError('Expected a number from 0 to below 1.');
}

/** Options that say how it acts. */
function actingOptions({ acting }: CataloguedAlgorithm, random: string, randomSteps: string): Option[] {
  return [
    new Option(
      '--random-steps <steps>',
      `${random} (default: ${acting.randomSteps ?? randomSteps})`,
    ).argParser(parseInteger),
    countOption(
      '--steps-at-once <steps>',
      `steps in the environment after which the policy that acts is brought up to date (default: ${acting.stepsAtOnce ?? 64})`,
    ),
    new Option(
      '--update-ratio <number>',
      `gradient steps for each step in the environment (default: ${acting.updateRatio ?? 1})`,
    ).argParser(parseNumber),
    new Option(
      '--offline-share <number>',
      `part of each batch that is from the dataset, once it acts (default: ${acting.offlineShare ?? 0.5})`,
    ).argParser(parseNumber),
  ];
}

/** Options that say how a result is looked at on its way, by its kind. */
const LOOKS: Readonly<Record<string, () => Option[]>> = {
  policy: () => [
    new Option(ENVIRONMENT, 'evaluate in this environment (see `lamo list environments`)'),
    countOption('--evaluate-every <steps>', 'steps between evaluations (default: a tenth of --steps)'),
    countOption(
      '--episodes <count>',
      `episodes of an evaluation, for each target return (default: ${EPISODES})`,
    ),
    new Option(
      '--evaluation-seed <seed>',
      'seed of every evaluation (default: derived from --seed)',
    ).argParser(parseInteger),
    pythonOption(),
    workersOption('threads to split the physics of evaluations over'),
  ],
  estimate: () => [
    countOption('--estimate-every <steps>', 'steps between estimates (default: a tenth of --steps)'),
  ],
};

/** Options that all algorithms have, and those of what comes out. */
function runOptions(algorithm: CataloguedAlgorithm): Option[] {
  const looks = (LOOKS[algorithm.result]?.() ?? []).filter(
    ({ flags }) => flags !== ENVIRONMENT || !isActing(algorithm),
  );
  return [
    ...datasetOptions(),
    new Option(
      '--initial <run>',
      'run or checkpoint whose parameters to begin with, on these data; optimisers begin anew',
    ),
    seedOption('seeds initial weights, batches and noise'),
    ...seedsOptions(),
    ...looks,
    deviceOption(),
    precisionOption(),
    countOption(
      '--threads <count>',
      'threads of the device cpu (default: whichever is faster; 1 for parallel seeds)',
    ),
    new Option(
      '--out <folder>',
      'folder of the run (default: runs/<algorithm>-<dataset>-<preset and changed settings>-s<seed>)',
    ),
    new Option('--overwrite', 'replace an earlier run in that folder'),
    resumeOption(),
    countOption('--log-every <steps>', 'steps between lines of metrics').default(500),
    countOption('--checkpoint-every <steps>', 'steps between checkpoints').default(5000),
  ];
}

function checkUsage(command: Command, flags: TrainFlags): void {
  checkReadingFlags(command, flags);
  if (flags.heldOut !== undefined && flags.onlineSteps !== undefined)
    command.error(
      'error: --held-out is of no use with --online-steps: what it does there is all learned from',
    );
  if (command.options.some(({ long }) => long === '--online-steps') && flags.onlineSteps === undefined) {
    for (const flag of ACTING) {
      if (flags[flag] === undefined) continue;
      command.error(
        `error: --${kebabCase(flag)} needs --online-steps, for which it goes on in --environment`,
      );
    }
  }
  if (flags.onlineSteps !== undefined && flags.environment === undefined)
    command.error('error: --online-steps needs an --environment to act in');
  if (flags.environment !== undefined) return;
  for (const flag of ['evaluateEvery', 'episodes', 'evaluationSeed', 'python', 'workers'] as const) {
    if (flags[flag] === undefined) continue;
    const name = kebabCase(flag);
    command.error(`error: --${name} needs an --environment to evaluate in`);
  }
}
