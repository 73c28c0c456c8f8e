import { dirname } from 'node:path';
import { checkWritable, makeFolder, writeFileAtomic } from '@lamo/data';
import { renderReport } from '../report/render-report';
import { readRun } from '../report/run-record';
import { formatNumberOf } from '../terminal/format';

/** Writes a page about runs. */
export async function report(paths: readonly string[], { out }: { readonly out: string }): Promise<void> {
  checkWritable(out);
  const page = await renderReport(paths.map(readRun), new Date());
  makeFolder(dirname(out));
  writeFileAtomic(out, page);
  console.log(`${out}: ${formatNumberOf(paths.length, 'run')}`);
}
