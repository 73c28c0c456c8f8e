import { nearest } from '@lamo/core';
import type { Command } from 'commander';
import type { ResumeFlags } from '../actions/resume-options';
import { type CataloguedAlgorithm, catalogue } from '../catalogue';
import {
  addCommonOptions,
  anyDeviceOption,
  countOption,
  precisionOption,
  pythonOption,
  workersOption,
} from './common-options';
import { definePretrain } from './pretrain';
import { addAlgorithm } from './train-algorithm';
import { addOnCompletions, addOnPreferences } from './train-on-completions';

interface TrainFlags extends ResumeFlags {
  readonly resume?: readonly string[];
  readonly parallel?: number;
}

/** Defines `lamo train`: one subcommand for each algorithm, and `--resume`. */
export function defineTrain(train: Command): void {
  train
    .description('Trains an algorithm, or continues runs that were stopped.')
    .enablePositionalOptions()
    .usage('<algorithm> --dataset <file> --steps <steps> [options]\n       lamo train --resume <runs...>')
    .argument('[algorithm]', 'one of the algorithms below')
    .option('--resume <runs...>', 'continue the runs in these folders')
    .addOption(
      countOption(
        '--steps <steps>',
        'with --resume: gradient steps in all, to train for longer than planned',
      ),
    )
    .option('--dataset <file>', 'with --resume: where the dataset is now, if it was moved')
    .addOption(anyDeviceOption('with --resume: where to compute from now on, if not where it was'))
    .addOption(precisionOption('with --resume: how products are computed on xla from now on'))
    .addOption(countOption('--parallel <count>', 'with --resume: runs to train at the same time'))
    .addOption(countOption('--threads <count>', 'with --resume: threads of the device cpu'))
    .addOption(workersOption('with --resume: threads to split the physics of evaluations over'))
    .addOption(pythonOption())
    .commandsGroup('Algorithms:')
    .addHelpText('after', '\n`lamo train ALGORITHM --help` explains every option and setting.')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (name: string | undefined, flags: TrainFlags) => {
      if (name !== undefined) return refuse(train, name);
      if (flags.resume === undefined) return train.error('error: name an algorithm, or runs to --resume');
      const [{ resumeRuns }, { resumeOptions }] = await Promise.all([
        import('../actions/resume-runs'),
        import('../actions/resume-options'),
      ]);
      return resumeRuns(flags.resume, resumeOptions(train, flags), flags.parallel);
    });
  for (const algorithm of catalogue.algorithms) ADD[algorithm.data]!(train, algorithm);
}

/** Adds the subcommand of an algorithm, with the options of the kind of data that it learns from. */
const ADD: Readonly<Record<string, (train: Command, algorithm: CataloguedAlgorithm) => void>> = {
  dataset: addAlgorithm,
  experience: addAlgorithm,
  completions: addOnCompletions,
  preferences: addOnPreferences,
  corpus: (train, { name, title }) =>
    definePretrain(addCommonOptions(train.command(name)).summary(`${title} of a language model`)),
};

/** Explains an argument that is not the name of an algorithm: a misspelt name, or a flag of algorithms. */
async function refuse(train: Command, name: string): Promise<never> {
  if (name.startsWith('-')) {
    const similar = nearest(
      name,
      train.options.flatMap(({ long }) => long ?? []),
    );
    const hint = similar === undefined ? '' : ` (did you mean ${similar}?)`;
    train.error(`error: unknown option '${name}'${hint}; the options of an algorithm come after its name`);
  }
  const { findAlgorithm } = await import('@lamo/algos');
  findAlgorithm(name);
  if (!catalogue.algorithms.some((algorithm) => algorithm.name === name))
    train.error(`error: '${name}' is new: run 'pnpm run docs' to add it to the command line`);
  return train.error(`error: put '${name}' before its options`);
}
