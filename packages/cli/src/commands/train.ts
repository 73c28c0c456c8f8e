import { algorithms, findAlgorithm } from '@lamo/algos';
import type { Command } from 'commander';
import { resumeJob } from '../jobs/resume-job';
import { trainJobs } from '../jobs/train-jobs';
import { resumeRun } from '../run/resume-run';
import { countOption } from './common-options';
import { addAlgorithm, showRun } from './train-algorithm';

interface ResumeFlags {
  readonly resume?: readonly string[];
  readonly steps?: number;
  readonly dataset?: string;
  readonly parallel?: number;
  readonly threads?: number;
}

/** Defines `lamo train`: one subcommand for each algorithm, and `--resume`. */
export function defineTrain(train: Command): void {
  train
    .description('Trains an algorithm on a dataset, or goes on with runs that were stopped.')
    .enablePositionalOptions()
    .usage('<algorithm> --dataset <file> --steps <steps> [options]\n       lamo train --resume <runs...>')
    .argument('[algorithm]', 'one of the algorithms below')
    .option('--resume <runs...>', 'go on with the runs in these folders')
    .addOption(
      countOption('--steps <steps>', 'with --resume: gradient steps in all, if there are to be more'),
    )
    .option('--dataset <file>', 'with --resume: where the dataset is now, if it was moved')
    .addOption(countOption('--parallel <count>', 'with --resume: runs to train at the same time'))
    .addOption(countOption('--threads <count>', 'with --resume: threads of the device cpu'))
    .commandsGroup('Algorithms:')
    .addHelpText('after', '\n`lamo train ALGORITHM --help` explains every option and setting.')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((name: string | undefined, flags: ResumeFlags) => {
      if (name !== undefined) refuse(train, name);
      if (flags.resume === undefined) return train.error('error: name an algorithm, or runs to --resume');
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

function resume(paths: readonly string[], flags: ResumeFlags): Promise<void> {
  const [first, ...others] = paths;
  if (others.length === 0) return showRun((observer) => resumeRun(first!, flags, observer));
  const jobs = paths.flatMap((path) => resumeJob(path, path, flags) ?? []);
  const { parallel, threads } = flags;
  return trainJobs({ paths, jobs, parallel, threads, advice: 'run the same command again' });
}
