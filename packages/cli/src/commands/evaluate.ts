import { type Command, Option } from 'commander';
import { countOption, deviceOption, lazily, parseNumbers, seedOption } from './common-options';

/** Defines `lamo evaluate`. */
export function defineEvaluate(command: Command): void {
  command
    .argument('<run>')
    .description(
      'Plays the policy of a run (its last checkpoint) or of a checkpoint, and appends the raw returns to the run.',
    )
    .option('--environment <id>', 'where to play (default: the environment that the run was evaluated in)')
    .addOption(countOption('--episodes <count>', 'episodes to play, for each target return').default(100))
    .addOption(
      new Option(
        '--target-returns <numbers>',
        'what the policy is told to earn, separated by commas (default: what its settings say)',
      ).argParser(parseNumbers),
    )
    .addOption(seedOption('what the episodes’ seeds follow from'))
    .option('--record', 'keep what the policy saw, too')
    .addOption(deviceOption())
    .action(lazily(async () => (await import('../actions/evaluate')).evaluateCheckpoint));
}
