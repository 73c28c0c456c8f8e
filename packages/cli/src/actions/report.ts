import { dirname } from 'node:path';
import { checkWritable, makeFolder, writeFileAtomic } from '@lamo/data';
import { readRuns } from '../report/read-runs';
import { renderReport } from '../report/render-report';
import { formatNumberOf } from '../terminal/format';
import { printWarning } from '../terminal/print-warning';

/** Writes a page about runs. */
export async function report(paths: readonly string[], { out }: { readonly out: string }): Promise<void> {
  checkWritable(out);
  const { runs, repeated } = readRuns(paths);
  for (const { path, earlier } of repeated) {
    printWarning(`${path} is the same run as ${earlier}: it is counted once`);
  }
  const page = await renderReport(runs, new Date());
  makeFolder(dirname(out));
  writeFileAtomic(out, page);
  console.log(`${out}: ${formatNumberOf(runs.length, 'run')}`);
}
