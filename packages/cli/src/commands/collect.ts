import { allCollectors } from '@lamo/eval';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CollectFlags } from '../actions/collect';
import { countOption, lazily, pythonOption, seedOption, workersOption } from './common-options';

/** Defines `lamo collect`. */
export function defineCollect(command: Command): void {
  command
    .description(
      'Plays a policy in an environment and logs every step, in the layout of D4RL (HDF5), with what it takes to collect the same rows again.',
    )
    .usage('<environment> [options]\n       lamo collect --recipe <file> [options]')
    .argument('[environment]', 'as `lamo list environments` names it, with or without its version');
  for (const option of [...rowOptions(), ...sourceOptions(), ...playOptions(), recipeOption()])
    command.addOption(option);
  command
    .option('--out <file>', 'file to write (default: <environment>.hdf5), or with --recipe the folder')
    .option('--force', 'replace files that exist')
    .addHelpText('after', EXAMPLES)
    .action(async (environment: string | undefined, flags: CollectFlags) => {
      if ((environment === undefined) === (flags.recipe === undefined))
        return command.error('error: name either an environment or a --recipe');
      const load = () => import('../actions/collect');
      if (environment !== undefined) return lazily(async () => (await load()).collect)(environment, flags);
      return lazily(async () => (await load()).collectRecipe)(flags.recipe!, flags);
    });
}

const EXAMPLES = `
Examples:
  lamo collect hopper --quality medium --rows 100000 --out hopper-medium.hdf5
  lamo collect --recipe hopper-medium.hdf5 --out again.hdf5`;

/** Options that say how many rows, and which. */
function rowOptions(): Option[] {
  return [
    countOption(
      '--rows <rows>',
      'rows to collect (default: 100000); of a replay, at most (default: all; 300000 of medium-replay)',
    ),
    formerRowsOption(),
    seedOption('seed of the environment, the targets and the noise, or of the training'),
  ];
}

/** Refuses what `--rows` was called: data are counted in rows, and steps are gradient steps. */
function formerRowsOption(): Option {
  return new Option('--steps <rows>').hideHelp().argParser((rows) => {
    throw new InvalidArgumentError(`Data are counted in rows: --rows ${rows}.`);
  });
}

/** Options that say who plays. */
function sourceOptions(): Option[] {
  const policies = allCollectors().map(({ name, description }) => `${name}: ${description}`);
  return [
    new Option(
      '--policy <name>',
      `the collector, or a run or checkpoint whose policy plays (default: the first collector that fits). ${policies.join('; ')}`,
    ).conflicts(['quality', 'replay']),
    new Option(
      '--quality <level>',
      'how well a robot plays, as in D4RL: random, medium, expert, medium-expert, and random-medium (the same as --policy); or medium-replay, what SAC logs until it is as good as medium, which is trained for it',
    ).conflicts('replay'),
    new Option('--replay <run>', 'copy what a run has logged that learned by acting: nobody plays'),
  ];
}

/** Options that say how it is played. */
function playOptions(): Option[] {
  return [
    new Option(
      '--no-noise',
      'add no noise to the actions: a scripted collector adds none, and medium and expert take the mean',
    ),
    countOption(
      '--batch <count>',
      'episodes to play side by side; what a policy draws depends on it (not of way-points)',
    ).default(1),
    workersOption(),
    pythonOption(),
  ];
}

/** The option that collects what was collected before. */
function recipeOption(): Option {
  return new Option(
    '--recipe <file>',
    'collect the same rows as before: sets as --json prints them, one or a list (JSON), or a file that was collected (HDF5). Sets that are there already stay',
  ).conflicts(['policy', 'quality', 'replay', 'rows', 'seed', 'noise', 'batch']);
}
