import { type Command, Option } from 'commander';
import type { TrainFlags } from '../actions/train-algorithm';
import type { CataloguedAlgorithm } from '../catalogue';
import { kebabCase } from '../kebab-case';
import { EPISODES } from '../run/evaluation-defaults';
import {
  addCommonOptions,
  choiceParser,
  countOption,
  deviceOption,
  neededOption,
  parseInteger,
  resumeOption,
  seedOption,
  seedsOptions,
} from './common-options';
import { addConfigFlags } from './config-flags';

/** Adds the subcommand of `lamo train` that trains an algorithm. */
export function addAlgorithm(train: Command, algorithm: CataloguedAlgorithm): void {
  const command = addCommonOptions(train.command(algorithm.name))
    .summary(algorithm.title)
    .description(`${algorithm.title}: ${algorithm.paper}`)
    .usage('--dataset <file> --steps <steps> [options]')
    .addOption(
      neededOption(new Option('--dataset <file>', 'what to learn from, in the layout of D4RL (HDF5)')),
    )
    .addOption(neededOption(countOption('--steps <steps>', 'gradient steps')));
  for (const option of runOptions(algorithm)) command.addOption(option);
  const presets = Object.keys(algorithm.presets);
  if (presets.length > 0) command.option('--preset <name>', `named settings: ${presets.join(', ')}`);
  addConfigFlags(command, algorithm.config).action(async (flags: TrainFlags) => {
    checkUsage(command, flags);
    const { trainAlgorithm } = await import('../actions/train-algorithm');
    return trainAlgorithm(command, algorithm.name, flags);
  });
}

/** Options that say how a result is looked at on its way, by its kind. */
const LOOKS: Readonly<Record<string, () => Option[]>> = {
  policy: () => [
    new Option('--environment <id>', 'evaluate in this environment (see `lamo list environments`)'),
    countOption('--evaluate-every <steps>', 'steps between evaluations (default: a tenth of --steps)'),
    countOption(
      '--episodes <count>',
      `episodes of an evaluation, for each target return (default: ${EPISODES})`,
    ),
    new Option(
      '--evaluation-seed <seed>',
      'seed of every evaluation (default: derived from --seed)',
    ).argParser(parseInteger),
  ],
  estimate: () => [
    countOption('--estimate-every <steps>', 'steps between estimates (default: a tenth of --steps)'),
  ],
};

/** Options that all algorithms have, and those of what comes out. */
function runOptions({ result }: CataloguedAlgorithm): Option[] {
  return [
    ...datasetOptions(),
    new Option(
      '--initial <run>',
      'run or checkpoint whose parameters to begin with, on these data; optimisers begin anew',
    ),
    seedOption('seeds initial weights, batches and noise'),
    ...seedsOptions(),
    ...(LOOKS[result]?.() ?? []),
    deviceOption(),
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

/** Options that say what a dataset file does not say itself; kept in the manifest. */
function datasetOptions(): Option[] {
  return [
    countOption(
      '--max-episode-steps <steps>',
      'time limit of the episodes in the dataset, if it has no `timeouts`',
    ),
    new Option(
      '--step-counting <how>',
      "how steps are counted against --max-episode-steps: exact, from the first of each episode (default), or d4rl, as D4RL's own loaders do, to compare with results on its v0 datasets",
    ).argParser(choiceParser(['exact', 'd4rl'])),
    countOption(
      '--action-classes <count>',
      'actions of the dataset are classes, numbered from 0: how many there are, if it does not say so itself',
    ),
    new Option('--without-infos', 'do not read the extra columns `infos` of the dataset'),
    new Option('--continuing', 'episodes of the dataset continue at `timeouts`, or had no time limit'),
  ];
}

function checkUsage(command: Command, flags: TrainFlags): void {
  if (flags.stepCounting !== undefined && flags.maxEpisodeSteps === undefined) {
    command.error(
      'error: --step-counting needs --max-episode-steps, the limit that steps are counted against',
    );
  }
  if (flags.environment !== undefined) return;
  for (const flag of ['evaluateEvery', 'episodes', 'evaluationSeed'] as const) {
    if (flags[flag] === undefined) continue;
    const name = kebabCase(flag);
    command.error(`error: --${name} needs an --environment to evaluate in`);
  }
}
