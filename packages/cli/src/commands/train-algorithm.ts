import { type Command, Option } from 'commander';
import type { TrainFlags } from '../actions/train-algorithm';
import type { CataloguedAlgorithm } from '../catalogue';
import { kebabCase } from '../kebab-case';
import { EPISODES } from '../run/evaluation-defaults';
import {
  addCommonOptions,
  countOption,
  deviceOption,
  neededOption,
  parseInteger,
  precisionOption,
  resumeOption,
  seedOption,
  seedsOptions,
} from './common-options';
import { addConfigFlags } from './config-flags';
import { checkReadingFlags, datasetOptions } from './dataset-options';

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
  if (flags.environment !== undefined) return;
  for (const flag of ['evaluateEvery', 'episodes', 'evaluationSeed'] as const) {
    if (flags[flag] === undefined) continue;
    const name = kebabCase(flag);
    command.error(`error: --${name} needs an --environment to evaluate in`);
  }
}
