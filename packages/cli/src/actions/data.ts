import { dirname, resolve } from 'node:path';
import {
  checkFraction,
  checkWritable,
  type Dataset,
  LamoError,
  makeFolder,
  Rng,
  writeFileAtomic,
} from '@lamo/core';
import {
  datasetWarnings,
  subsampleEpisodes,
  summariseColumns,
  verifyDataset,
  writeD4rl,
  writeMinari,
  writeParquet,
} from '@lamo/data';
import type { Command } from 'commander';
import { checkReadingFlags } from '../commands/dataset-options';
import { renderData } from '../data/render-data';
import { checkReportFile } from '../report/check-report-file';
import { DATASET_ENDING } from '../run/dataset-ending';
import { describeData, wordData } from '../run/describe-data';
import { describeLog } from '../run/describe-log';
import { datasetReading, locateDataset, openWithLog, type ReadingFlags } from '../run/open-dataset';
import { formatNumberOf } from '../terminal/format';
import { showResult, tell } from '../terminal/output';
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
  const reading = datasetReading(flags);
  const { dataset, log } = await openWithLog(path, reading);
  const warnings = datasetWarnings(dataset, reading.log);
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

/** Flags of commands that write a dataset. */
interface WritingFlags extends ReadingFlags {
  readonly out: string;
  readonly overwrite?: boolean;
  readonly format?: keyof typeof ENDINGS;
  readonly repeatLast?: boolean;
}

/** What files of each format are called; Minari has folders. */
const ENDINGS = { d4rl: DATASET_ENDING, parquet: /\.parquet$/i, minari: /^(?!.*\.(hdf5|h5|parquet)$)/i };

/** The format that is asked for, or that follows from the name of the file. */
function formatOf({ out, format, repeatLast }: WritingFlags, command: Command): keyof typeof ENDINGS {
  const chosen =
    format ?? (ENDINGS.d4rl.test(out) ? 'd4rl' : ENDINGS.parquet.test(out) ? 'parquet' : undefined);
  if (chosen === undefined)
    command.error(
      `error: --out ${out}: name it .hdf5, for the layout of D4RL, or .parquet, for a table; or say --format minari, for a folder`,
    );
  if (!ENDINGS[chosen].test(out)) command.error(`error: --out ${out} is no name for --format ${chosen}`);
  if (repeatLast === true && chosen !== 'minari')
    command.error('error: --repeat-last is for --format minari');
  return chosen;
}

/** Writes a dataset in the layout of D4RL, or as a table. */
export function convertSet(path: string, flags: WritingFlags, command: Command): Promise<void> {
  return rewriteSet(path, flags, command, (dataset) => dataset);
}

/** Writes some of the episodes of a dataset in the layout of D4RL. */
export function subsampleSet(
  path: string,
  flags: WritingFlags & { readonly ratio: number; readonly seed: number },
  command: Command,
): Promise<void> {
  const { ratio, seed } = flags;
  checkFraction('cli/data', 'ratio', ratio);
  return rewriteSet(path, flags, command, (dataset) => subsampleEpisodes(dataset, ratio, Rng.fromSeed(seed)));
}

/** @param change what is written of a dataset that was read */
async function rewriteSet(
  path: string,
  flags: WritingFlags,
  command: Command,
  change: (dataset: Dataset) => Dataset,
): Promise<void> {
  checkReadingFlags(command, flags);
  const { out, overwrite = false } = flags;
  const format = formatOf(flags, command);
  if (resolve(out) === resolve(locateDataset(path))) throw sameFile(path);
  checkWritable(out);
  const reading = datasetReading(flags);
  const { dataset, log } = await openWithLog(path, reading);
  for (const { message } of datasetWarnings(dataset, reading.log)) printWarning(message);
  await verifyDataset(dataset);
  const written = change(dataset);
  makeFolder(dirname(out));
  if (format === 'minari') {
    if (overwrite) command.error('error: --overwrite is for files: remove the folder, or name another');
    await writeMinari(written, out, flags.repeatLast === true ? { lastObservation: 'repeat' } : {});
  } else await (format === 'parquet' ? writeParquet : writeD4rl)(written, out, { isNew: !overwrite });
  const { size: rows, episodeEnds } = written;
  const columns = log === undefined ? {} : { read: log.columns, unused: log.unused };
  // A table has no place for how many classes there are.
  const classes = format === 'parquet' ? unnamedClasses(written) : undefined;
  if (classes !== undefined)
    tell(`Its actions are numbers of classes: read it with --action-classes ${classes}.`);
  const made = `${out}: ${formatNumberOf(rows, 'row')} in ${formatNumberOf(episodeEnds.length, 'episode')}`;
  showResult(
    { path, file: out, rows, episodes: episodeEnds.length, ...columns },
    { note: log === undefined ? made : `${describeLog(log)}\n\n${made}` },
  );
}

/** How many classes actions are chosen from that have no names; undefined where they have, or are amounts. */
function unnamedClasses({ actionSpace }: Dataset): number | undefined {
  if (actionSpace?.kind !== 'discrete') return undefined;
  return actionSpace.labels === undefined ? actionSpace.count : undefined;
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
