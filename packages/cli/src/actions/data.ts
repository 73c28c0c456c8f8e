import { dirname, resolve } from 'node:path';
import { checkWritable, LamoError, makeFolder, writeFileAtomic } from '@lamo/core';
import { datasetWarnings, summariseColumns, writeD4rl } from '@lamo/data';
import type { Command } from 'commander';
import { checkReadingFlags } from '../commands/dataset-options';
import { renderData } from '../data/render-data';
import { checkReportFile } from '../report/check-report-file';
import { DATASET_ENDING } from '../run/dataset-ending';
import { describeData, wordData } from '../run/describe-data';
import { describeLog } from '../run/describe-log';
import { datasetReading, openWithLog, type ReadingFlags } from '../run/open-dataset';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';

/** Says what is in a dataset, and writes a page about it. */
export async function describeSet(
  path: string,
  flags: ReadingFlags & { readonly html?: string },
  command: Command,
): Promise<void> {
  checkReadingFlags(command, flags);
  const { html } = flags;
  if (html !== undefined) {
    checkWritable(html);
    checkReportFile(html);
  }
  const { dataset, log } = await openWithLog(path, datasetReading(flags));
  const warnings = datasetWarnings(dataset);
  for (const { message } of warnings) printWarning(message);
  const description = describeData(dataset);
  if (html !== undefined) {
    makeFolder(dirname(html));
    writeFileAtomic(html, renderData({ dataset, description, warnings, log }));
  }
  const read = log === undefined ? {} : { read: log.columns, unused: log.unused };
  const answer = [log === undefined ? [] : describeLog(log), wordData(description)].flat().join('\n\n');
  showResult(
    { path, ...description, columns: summariseColumns(dataset), ...read, warnings, page: html ?? null },
    { answer, ...(html === undefined ? {} : { note: `\n${html}: open it in a browser` }) },
  );
}

/** Writes a dataset in the layout of D4RL. */
export async function convertSet(
  path: string,
  flags: ReadingFlags & { readonly out: string; readonly overwrite?: boolean },
  command: Command,
): Promise<void> {
  checkReadingFlags(command, flags);
  const { out, overwrite = false } = flags;
  if (!DATASET_ENDING.test(out))
    command.error(`error: --out ${out}: the layout of D4RL is HDF5, name it .hdf5`);
  if (resolve(out) === resolve(path)) throw sameFile(path);
  checkWritable(out);
  const { dataset, log } = await openWithLog(path, datasetReading(flags));
  for (const { message } of datasetWarnings(dataset)) printWarning(message);
  makeFolder(dirname(out));
  await writeD4rl(dataset, out, { isNew: !overwrite });
  const { size: rows, episodeEnds } = dataset;
  const columns = log === undefined ? {} : { read: log.columns, unused: log.unused };
  const made = `${out}: ${formatNumberOf(rows, 'row')} in ${formatNumberOf(episodeEnds.length, 'episode')}`;
  showResult(
    { path, file: out, rows, episodes: episodeEnds.length, ...columns },
    { note: log === undefined ? made : `${describeLog(log)}\n\n${made}` },
  );
}

function sameFile(path: string): LamoError {
  return new LamoError({
    where: 'cli/data',
    code: 'same-file',
    problem: `${path} would be written over by what is read from it`,
    expected: 'another file',
    hint: 'Name another --out.',
  });
}
