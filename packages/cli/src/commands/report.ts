import type { Command } from 'commander';
import { lazily } from './common-options';

/** Defines `lamo report`. */
export function defineReport(command: Command): void {
  command
    .argument('<runs...>', 'runs, or folders that hold runs')
    .description(
      'Writes one self-contained HTML file about runs: scores with intervals, estimates, perplexities, learning curves, training metrics, paths through mazes. Runs that differ only in their seed are shown together; over several tasks there is a table of all of them.',
    )
    .option('--out <file>', 'file to write; an earlier report is replaced', 'report.html')
    .addHelpText('after', '\nExample:\n  lamo report runs --out report.html')
    .action(lazily(async () => (await import('../actions/report')).report));
}
