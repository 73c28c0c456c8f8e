import { type Command, Option } from 'commander';
import type { EstimateFlags } from '../actions/estimate';
import type { EvaluateFlags } from '../actions/evaluate';
import { RECORDED_EPISODES } from '../run/record-episodes';
import {
  countOption,
  deviceOption,
  parseNumbers,
  pythonOption,
  seedOption,
  workersOption,
} from './common-options';
import { checkReadingFlags } from './dataset-options';
import { checkEstimateOptions, estimateOptions } from './estimate-options';

/** Defines `lamo evaluate`. */
export function defineEvaluate(command: Command): void {
  command
    .argument('<run...>', 'a run, or a checkpoint; with --estimate also several')
    .description(
      'Plays the policy of a run (its last checkpoint) or of a checkpoint, and appends the raw returns to the run; or, with --estimate, says by a log alone what the policies of runs are worth.',
    )
    .option('--environment <id>', 'environment to play in (default: the one that the run was evaluated in)')
    .addOption(countOption('--episodes <count>', 'episodes to play, for each target return').default(100))
    .addOption(
      new Option(
        '--target-returns <numbers>',
        'returns to ask the policy for, separated by commas (default: those of its settings)',
      ).argParser(parseNumbers),
    )
    .addOption(seedOption('seed that the episodes’ seeds are derived from, or the samples of a log'))
    .addOption(pythonOption())
    .addOption(workersOption())
    .addOption(
      countOption(
        '--record [count]',
        `also keep what happened in the first episodes, for each target return, to look at with \`lamo view\`; at most about 30 MB (default: the first ${RECORDED_EPISODES})`,
      ),
    )
    .addOption(deviceOption())
    .action(async (runs: readonly string[], flags: EvaluateFlags & Partial<EstimateFlags>) =>
      evaluate(command, runs, flags),
    );
  for (const option of estimateOptions()) command.addOption(option);
}

async function evaluate(
  command: Command,
  runs: readonly string[],
  flags: EvaluateFlags & Partial<EstimateFlags>,
): Promise<void> {
  const { estimate } = flags;
  checkEstimateOptions(command, estimate !== undefined);
  if (estimate !== undefined) {
    checkReadingFlags(command, flags);
    return (await import('../actions/estimate')).estimateRuns(runs, { ...flags, estimate } as EstimateFlags);
  }
  if (runs.length > 1)
    return command.error(
      `error: ${runs.length} runs are named; one is played at a time, several are for --estimate`,
    );
  return (await import('../actions/evaluate')).evaluateCheckpoint(runs[0]!, flags);
}
