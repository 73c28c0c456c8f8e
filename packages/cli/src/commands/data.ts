import { type Command, Option } from 'commander';
import { addCommonOptions, lazily, neededOption } from './common-options';
import { datasetOptions } from './dataset-options';

/** Defines `lamo data`. */
export function defineData(data: Command): void {
  data
    .description(
      'Looks at logged decisions, and writes them in the format that everything else reads fastest.',
    )
    .enablePositionalOptions();
  const describe = addCommonOptions(data.command('describe'))
    .summary('say what is in a dataset, or show it as a page')
    .argument('<path>', 'a dataset: HDF5, Minari and others, or your own CSV, JSON lines or Parquet')
    .description(
      'Says what is in a dataset, how the columns of your own log are read, and what is doubtful; with --html also how returns, lengths, observations and actions are spread.',
    )
    .addOption(new Option('--html <file>', 'page to write; an earlier one is replaced'));
  const convert = addCommonOptions(data.command('convert'))
    .summary('write a dataset in the layout of D4RL (HDF5)')
    .argument('<path>', 'a dataset, as of `lamo data describe`')
    .description(
      'Writes a dataset in the layout of D4RL (HDF5), which opens at once and needs no options: what columns are called, categories and classes are in it.',
    )
    .addOption(neededOption(new Option('--out <file>', 'file to write (.hdf5)')))
    .addOption(new Option('--overwrite', 'replace a file that is there'));
  for (const command of [describe, convert]) for (const option of datasetOptions()) command.addOption(option);
  describe
    .addHelpText(
      'after',
      '\nExample:\n  lamo data describe trips.csv --observation "sensor_*" --action heater --reward r --episode trip --ends truncated',
    )
    .action(lazily(async () => (await import('../actions/data')).describeSet));
  convert.action(lazily(async () => (await import('../actions/data')).convertSet));
}
