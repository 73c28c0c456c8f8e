import { dirname } from 'node:path';
import { checkWritable, makeFolder, writeFileAtomic } from '@lamo/data';
import type { Command } from 'commander';
import { renderReport } from '../report/render-report';
import { readRun } from '../report/run-record';
import { formatNumberOf } from '../terminal/format';

/** Defines `lamo report`. */
export function defineReport(command: Command): void {
  command
    .argument('<runs...>')
    .description(
      'Writes one self-contained HTML file about runs: scores with intervals, learning curves, training metrics, paths through mazes. Runs that differ only in their seed are shown together.',
    )
    .option('--out <file>', 'file to write; an earlier report is replaced', 'report.html')
    .addHelpText('after', '\nExample:\n  lamo report runs/* --out report.html')
    .action(report);
}

async function report(paths: readonly string[], { out }: { readonly out: string }): Promise<void> {
  checkWritable(out);
  const page = await renderReport(paths.map(readRun), new Date());
  makeFolder(dirname(out));
  writeFileAtomic(out, page);
  console.log(`${out}: ${formatNumberOf(paths.length, 'run')}`);
}
