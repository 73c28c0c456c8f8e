import type { Command } from 'commander';
import { recipe } from '../quickstart/recipe';
import { countOption, deviceOption, lazily, seedOption } from './common-options';

/** Defines `lamo quickstart`. */
export function defineQuickstart(command: Command): void {
  const tasks = recipe.tasks.map(
    ({ environment, trainings }) =>
      `${environment} (${trainings.map(({ algorithm }) => algorithm).join(', ')})`,
  );
  command
    .description(
      `Collects data in ${tasks.join(' and in ')}, trains these policies on them, evaluates them and writes a report.`,
    )
    .addOption(countOption('--steps <steps>', 'gradient steps of the longest training').default(recipe.steps))
    .addOption(
      countOption('--rows <rows>', 'rows of data to collect, for the task with the most').default(
        recipe.rows,
      ),
    )
    .addOption(countOption('--episodes <count>', 'episodes of each evaluation').default(recipe.episodes))
    .addOption(seedOption('seeds everything'))
    .option(
      '--out <folder>',
      'folder for all of it; an earlier quickstart there is replaced, or continued if it was stopped',
      'lamo-quickstart',
    )
    .addOption(deviceOption())
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .action(lazily(async () => (await import('../actions/quickstart')).quickstart));
}
