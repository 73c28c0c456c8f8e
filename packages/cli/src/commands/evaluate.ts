import { type Command, Option } from 'commander';
import { RECORDED_EPISODES } from '../run/record-episodes';
import {
  countOption,
  deviceOption,
  lazily,
  parseNumbers,
  pythonOption,
  seedOption,
  workersOption,
} from './common-options';

/** Defines `lamo evaluate`. */
export function defineEvaluate(command: Command): void {
  command
    .argument('<run>')
    .description(
      'Plays the policy of a run (its last checkpoint) or of a checkpoint, and appends the raw returns to the run.',
    )
    .option('--environment <id>', 'environment to play in (default: the one that the run was evaluated in)')
    .addOption(countOption('--episodes <count>', 'episodes to play, for each target return').default(100))
    .addOption(
      new Option(
        '--target-returns <numbers>',
        'returns to ask the policy for, separated by commas (default: those of its settings)',
      ).argParser(parseNumbers),
    )
    .addOption(seedOption('seed that the episodes’ seeds are derived from'))
    .addOption(pythonOption())
    .addOption(workersOption())
    .addOption(
      countOption(
        '--record [count]',
        `also keep what happened in the first episodes, for each target return, to look at with \`lamo view\`; at most about 30 MB (default: the first ${RECORDED_EPISODES})`,
      ),
    )
    .addOption(deviceOption())
    .action(lazily(async () => (await import('../actions/evaluate')).evaluateCheckpoint));
}
