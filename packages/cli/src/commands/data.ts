import { type Command, Option } from 'commander';
import {
  addCommonOptions,
  choiceParser,
  lazily,
  neededOption,
  parseNumber,
  seedOption,
} from './common-options';
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
    .summary('write a dataset in the layout of D4RL (HDF5), or as a Parquet table')
    .argument('<path>', 'a dataset, as of `lamo data describe`')
    .description(
      'Writes a dataset in the layout of D4RL (HDF5), which opens at once and needs no options: what columns are called, categories and classes are in it. A Parquet table has a row for each step, and columns that are found by their names when it is read again.',
    );
  addWritingOptions(convert);
  for (const command of [describe, convert]) for (const option of datasetOptions()) command.addOption(option);
  describe
    .addHelpText(
      'after',
      '\nExample:\n  lamo data describe trips.csv --observation "sensor_*" --action heater --reward r --episode trip --ends truncated',
    )
    .action(lazily(async () => (await import('../actions/data')).describeSet));
  convert.action(lazily(async () => (await import('../actions/data')).convertSet));
  defineSubsample(data);
  definePrepare(data);
  defineSets(data);
}

/** Options that say where a dataset is written, and how. */
function addWritingOptions(command: Command): void {
  command
    .addOption(
      neededOption(
        new Option('--out <path>', 'file to write (.hdf5 or .parquet), or folder for --format minari'),
      ),
    )
    .addOption(
      new Option('--format <name>', 'd4rl, parquet or minari (default: by the ending of --out)').argParser(
        choiceParser(['d4rl', 'parquet', 'minari']),
      ),
    )
    .addOption(
      new Option(
        '--repeat-last',
        'with --format minari, where nobody logged what came after the last action: have the observation before it stand twice',
      ),
    )
    .addOption(new Option('--overwrite', 'replace a file that is there'));
}

function defineSubsample(data: Command): void {
  const subsample = addCommonOptions(data.command('subsample'))
    .summary('write some of the episodes of a dataset, drawn at random')
    .argument('<path>', 'a dataset, as of `lamo data describe`')
    .description(
      'Writes a part of the episodes of a dataset, drawn without replacement, in the layout of D4RL (HDF5), or as a Parquet table: to see how few data suffice. The same seed draws the same ones.',
    )
    .addOption(neededOption(new Option('--ratio <fraction>', 'part of the episodes').argParser(parseNumber)))
    .addOption(seedOption('seed of the draw'));
  addWritingOptions(subsample);
  for (const option of datasetOptions()) subsample.addOption(option);
  subsample
    .addHelpText(
      'after',
      '\nExample:\n  lamo data subsample hopper-medium-v2 --ratio 0.1 --out hopper-tenth.hdf5',
    )
    .action(lazily(async () => (await import('../actions/data')).subsampleSet));
}

function definePrepare(data: Command): void {
  const prepare = addCommonOptions(data.command('prepare'))
    .summary('write a dataset so that it opens at once, also one that is larger than memory')
    .argument('<path>', 'a dataset, as of `lamo data describe`')
    .description(
      'Writes a dataset into a folder, a file for each column, which every --dataset takes: it opens at once, and large ones are read from the disk while they are used. Your own CSV, JSON lines or Parquet is read slice by slice and need not fit into memory; its rows must be sorted by episode. What was interrupted goes on with the same command.',
    )
    .addOption(neededOption(new Option('--out <folder>', 'folder to write')))
    .addOption(new Option('--overwrite', 'replace what was prepared there'));
  for (const option of datasetOptions()) prepare.addOption(option);
  prepare
    .addHelpText(
      'after',
      '\nExample:\n  lamo data prepare clicks.jsonl --episode visit --ends truncated --out clicks\n' +
        '  lamo train iql --dataset clicks --steps 100000',
    )
    .action(lazily(async () => (await import('../actions/prepare-data')).prepareSet));
}

/** Commands about the sets that others published under names. */
function defineSets(data: Command): void {
  addCommonOptions(data.command('list'))
    .summary('list the data sets that others published under names')
    .description(
      'Lists the data sets of D4RL and Minari by their names, and which of them are on this machine. Nothing is asked of a server.',
    )
    .addOption(new Option('--here', 'only those that are on this machine'))
    .action(lazily(async () => (await import('../actions/data-sets')).listSets));
  addCommonOptions(data.command('download'))
    .summary('fetch data sets by their names')
    .argument(
      '<names...>',
      'sets of D4RL, such as hopper-medium-v2, or of Minari, such as D4RL/pointmaze/umaze-v2',
    )
    .description(
      'Fetches data sets to where their own libraries keep them (D4RL_DATASET_DIR, MINARI_DATASETS_PATH); every --dataset then takes their names. What was cut continues, and bytes are compared with published hashes.',
    )
    .addOption(
      new Option(
        '--mirror <url>',
        'fetch files of D4RL from here: a URL that their paths follow, or with {path} or {file} in it (default: LAMO_D4RL_MIRROR, or D4RL’s server)',
      ),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  lamo data download hopper-medium-v2\n' +
        '  lamo data download hopper-medium-v2 --mirror https://example.org/offline_rl\n' +
        '  lamo train td3-bc --dataset hopper-medium-v2 --steps 100000',
    )
    .action(lazily(async () => (await import('../actions/data-sets')).downloadSets));
  addCommonOptions(data.command('verify'))
    .summary('check that data sets are whole')
    .argument('<paths...>', 'names of data sets, or files and folders')
    .description(
      'Compares files with published hashes, where there are some, and reads them whole. Ends with an error if one is damaged or is another.',
    )
    .action(lazily(async () => (await import('../actions/data-sets')).verifySets));
}
