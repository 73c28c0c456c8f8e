import { type Command, Option } from 'commander';
import {
  countOption,
  deviceOption,
  parseNumber,
  precisionOption,
  seedOption,
  seedsOptions,
} from './common-options';

/** Adds the options that every training of a language model has, whatever it learns from. */
export function addLanguageOptions(command: Command, seeds: string): Command {
  const [count, parallel] = seedsOptions();
  command
    .addOption(countOption('--steps <steps>', 'gradient steps'))
    .option('--out <folder>', 'folder of the run; with --seeds, of their folders')
    .option('--overwrite', 'replace an earlier run in that folder')
    .addOption(seedOption(seeds))
    .addOption(count!)
    .addOption(parallel!);
  return addProgressOptions(command);
}

/** Adds the options that say how often a training of a language model is looked at, and where it computes. */
export function addProgressOptions(command: Command): Command {
  return command
    .addOption(
      countOption('--snapshot-every <steps>', 'steps between snapshots (default: a tenth of --steps)'),
    )
    .addOption(countOption('--log-every <steps>', 'steps between lines of metrics').default(100))
    .addOption(countOption('--checkpoint-every <steps>', 'steps between checkpoints').default(500))
    .addOption(deviceOption())
    .addOption(precisionOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'));
}

/** Creates the option for the share of the data that is held out. */
export function heldOutOption(description: string): Option {
  return new Option('--held-out <fraction>', description).argParser(parseNumber).default(0.05);
}
