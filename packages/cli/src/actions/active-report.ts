import { dirname, join } from 'node:path';
import { checkWritable, makeFolder, writeFileAtomic } from '@lamo/core';
import { activeFolder, readRounds, readSettings } from '../active/active-folder';
import { renderActive } from '../active/render-active';
import { checkReportFile } from '../report/check-report-file';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';

/** Writes a page about an active fine-tuning. @param flags where to; into its folder if nothing is said */
export async function reportActive(path: string, flags: { readonly out?: string }): Promise<void> {
  const folder = activeFolder(path);
  const settings = readSettings(folder);
  const { out = join(path, 'report.html') } = flags;
  checkWritable(out);
  checkReportFile(out);
  const { records: rounds } = readRounds(folder);
  makeFolder(dirname(out));
  writeFileAtomic(out, renderActive(settings, rounds));
  showResult({ file: out, settings, rounds }, { note: `${out}: ${formatNumberOf(rounds.length, 'round')}` });
}
