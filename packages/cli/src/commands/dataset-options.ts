import { type Command, Option } from 'commander';
import type { ReadingFlags } from '../run/open-dataset';
import { choiceParser, countOption, parseStrings } from './common-options';
import { logOptions } from './log-options';

/** Heading of the options that are for logs of one's own. */
export const LOGS = 'Columns of your own log (CSV, JSON lines, Parquet):';

/** Options that say what a dataset file does not say itself; kept in the manifest. */
export function datasetOptions(): Option[] {
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
    new Option(
      '--observation-parts <names>',
      'parts of observations that are read, side by side in this order, where the dataset stores them apart (Minari, robomimic, LeRobot; default: all that are numbers)',
    ).argParser(parseStrings),
    new Option('--continuing', 'episodes of the dataset continue at `timeouts`, or had no time limit'),
    ...logOptions().map((option) => option.helpGroup(LOGS)),
  ];
}

/** Refuses a way to count without the limit that it is for. */
export function checkReadingFlags(command: Command, flags: ReadingFlags): void {
  if (flags.stepCounting === undefined || flags.maxEpisodeSteps !== undefined) return;
  command.error('error: --step-counting needs --max-episode-steps, the limit that steps are counted against');
}
