import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkWritable, type Dataset, LamoError, makeFolder } from '@lamo/core';
import { describeDataset, writeD4rl } from '@lamo/data';
import {
  allCollectors,
  type Collector,
  type EnvironmentEntry,
  findCollector,
  findEnvironment,
} from '@lamo/eval';
import { type Command, Option } from 'commander';
import { startStopwatch } from '../run/stopwatch';
import { formatDuration, formatNumberOf } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { startProgress } from '../terminal/progress';
import { countOption, seedOption, workersOption } from './common-options';

interface CollectFlags {
  readonly steps: number;
  readonly seed: number;
  readonly policy?: string;
  readonly quality?: string;
  readonly noise: boolean;
  readonly batch: number;
  readonly workers?: number;
  readonly out?: string;
  readonly force?: boolean;
}

/** Defines `lamo collect`. */
export function defineCollect(command: Command): void {
  const policies = allCollectors().map(({ name, description }) => `${name}: ${description}`);
  command
    .argument('<environment>')
    .description(
      'Plays a scripted policy in an environment and logs every step, in the layout of D4RL (HDF5).',
    )
    .addOption(countOption('--steps <steps>', 'rows to collect').default(100_000))
    .addOption(seedOption('seed of the environment, the targets and the noise'))
    .addOption(
      new Option('--policy <name>', `the collector (default: the first that fits). ${policies.join('; ')}`),
    )
    .addOption(
      new Option(
        '--quality <level>',
        'how well a robot plays, as in D4RL: random, medium, expert, medium-expert (the same as --policy)',
      ).conflicts('policy'),
    )
    .option(
      '--no-noise',
      'add no noise to the actions: a scripted collector adds none, and medium and expert take the mean',
    )
    .addOption(
      countOption(
        '--batch <count>',
        'episodes to play side by side; what a policy draws depends on it (not of way-points)',
      ).default(1),
    )
    .addOption(workersOption())
    .option('--out <file>', 'file to write (default: <environment>.hdf5)')
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', '\nExample:\n  lamo collect maze2d-umaze-v1 --steps 100000 --out umaze.hdf5')
    .action(collect);
}

async function collect(name: string, flags: CollectFlags): Promise<void> {
  const entry = findEnvironment(name);
  const { id: environment } = entry.spec;
  const { out = `${environment}.hdf5` } = flags;
  const collector = findCollector(entry, flags.policy ?? flags.quality);
  checkWritable(out);
  if (existsSync(out) && !flags.force) throw fileExists(out);
  const clock = startStopwatch();
  const dataset = await play(collector, entry, { ...flags, out });
  const { rows, finishedEpisodes: episodes, returns } = describeDataset(dataset);
  const seconds = clock.lap();
  const note = `${out}: ${formatNumberOf(rows, 'row')} of ${environment} by ${collector.name}, in ${formatDuration(seconds)}`;
  const { seed } = flags;
  showResult(
    { file: out, environment, policy: collector.name, seed, rows, episodes, returns, seconds },
    { note },
  );
}

/** Collects a dataset and writes it to a file, while showing progress. */
async function play(
  collector: Collector,
  entry: EnvironmentEntry,
  { steps, seed, noise, batch, workers = 0, out }: CollectFlags & { readonly out: string },
): Promise<Dataset> {
  const { id: environment } = entry.spec;
  const progress = startProgress({ title: environment, total: steps, unit: 'rows' });
  try {
    return await interruptible(
      () => progress.print('stopping; nothing is written'),
      async (signal) => {
        const onProgress = progress.update;
        const task = { steps, seed, noise, batch, workers };
        const dataset = await collector.collect(entry, { ...task, signal, onProgress });
        makeFolder(dirname(out));
        const metadata = { environment, collector: collector.name, seed, noise: Number(noise), batch };
        await writeD4rl(dataset, out, { metadata });
        return dataset;
      },
    );
  } finally {
    progress.stop();
  }
}

function fileExists(path: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'file-exists',
    problem: `${path} exists already`,
    expected: 'a file that does not exist yet',
    hint: 'Choose another --out, or replace it with --force.',
  });
}
