import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Dataset, LamoError, nearest } from '@lamo/core';
import { findSet, isHere, type LogReading, type ReadDatasetOptions, readDataset } from '@lamo/data';
import { type LogFlags, logReading, logSettings } from './log-reading';

/** How a dataset is to be read, where it does not say so itself. */
export interface DatasetReading
  extends Pick<
    ReadDatasetOptions,
    'maxEpisodeSteps' | 'stepCounting' | 'continuing' | 'infos' | 'observationParts' | 'log'
  > {
  /** How many classes actions are chosen from. @default actions are amounts */
  readonly actionClasses?: number;
}

/** Picks what flags say about reading the dataset; without what they leave out. */
export function datasetReading(flags: ReadingFlags): DatasetReading {
  const { maxEpisodeSteps, stepCounting, continuing, withoutInfos, observationParts, actionClasses } = flags;
  const log = logReading(flags);
  return {
    ...(maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps }),
    ...(stepCounting === undefined ? {} : { stepCounting }),
    ...(continuing === undefined ? {} : { continuing }),
    ...(withoutInfos === undefined ? {} : { infos: !withoutInfos }),
    ...(observationParts === undefined ? {} : { observationParts }),
    ...(actionClasses === undefined ? {} : { actionClasses }),
    ...(log === undefined ? {} : { log }),
  };
}

/** Lists how a dataset is read by name, in plain words, for labels and comparisons. */
export function readingSettings({ log = {}, ...reading }: DatasetReading = {}): Record<string, unknown> {
  return { ...reading, ...logSettings(log) };
}

/** Flags that say how the dataset is to be read. */
export interface ReadingFlags extends LogFlags {
  readonly maxEpisodeSteps?: number;
  readonly stepCounting?: 'exact' | 'd4rl';
  readonly continuing?: boolean;
  readonly withoutInfos?: boolean;
  readonly observationParts?: readonly string[];
  readonly actionClasses?: number;
}

/** Says how steps are counted against a limit, also where that is the default: versions that did not say so counted as D4RL. */
export function wholeReading(
  reading: DatasetReading,
  stepCounting: NonNullable<DatasetReading['stepCounting']> = 'exact',
): DatasetReading {
  return reading.maxEpisodeSteps === undefined ? reading : { stepCounting, ...reading };
}

/**
 * Reads a dataset as its run has it.
 *
 * @param onLog is told how a log of one's own was read
 * @throws LamoError as `readDataset`
 */
export function readAs(
  path: string,
  reading: DatasetReading = {},
  onLog?: (reading: LogReading) => void,
): Promise<Dataset> {
  return readDataset(path, { ...readOptions(reading), ...(onLog === undefined ? {} : { onLog }) });
}

/** Says for `readDataset` how a dataset is to be read. */
export function readOptions({ actionClasses: count, ...reading }: DatasetReading): ReadDatasetOptions {
  return { ...reading, ...(count === undefined ? {} : { actionSpace: { kind: 'discrete', count } }) };
}

/**
 * Finds where a dataset lies: a path is one, and the name of a set that others published is where it was fetched to.
 *
 * @throws LamoError `not-downloaded`: nothing is fetched unasked
 */
export function locateDataset(path: string): string {
  const set = existsSync(path) ? undefined : findSet(path);
  if (set === undefined) return path;
  if (isHere(set)) return set.path;
  throw new LamoError({
    where: 'cli/dataset',
    code: 'not-downloaded',
    problem: `${path} of ${set.source} is not on this machine`,
    expected: `a file or folder, or a set that was fetched, at ${set.path}`,
    hint: `lamo data download ${path}${set.size === undefined ? '' : ` (${Math.round(set.size / 1e6)} MB)`}`,
  });
}

/** What to do where there is no file of a similar name either, and nothing better is known. */
const NO_DATA = '`lamo collect` makes one; docs/guide/your-own-data.md says how to use your own.';

/**
 * Reads a dataset; if there is none, says which one may be meant.
 *
 * @param options `advice` says what to do if there is none, also if one has a similar name; `onLog` is told how a log of one's own was read
 * @throws LamoError as `readDataset`
 */
export async function openDataset(
  path: string,
  reading: DatasetReading = {},
  { advice, onLog }: { readonly advice?: string; readonly onLog?: (reading: LogReading) => void } = {},
): Promise<Dataset> {
  const place = locateDataset(path);
  if (existsSync(place)) return readAs(place, reading, onLog);
  const folder = dirname(path);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const similar = nearest(basename(path), names);
  throw new LamoError({
    where: 'cli/dataset',
    code: 'file-not-found',
    problem: `${path} does not exist`,
    expected: 'the file or folder of a dataset',
    hint:
      similar === undefined
        ? (advice ?? NO_DATA)
        : [`Did you mean '${join(folder, similar)}'?`, ...(advice === undefined ? [] : [advice])].join(' '),
  });
}

/** Opens a dataset, and says how it was read if it is a log of one's own. @throws LamoError as {@link openDataset} */
export async function openWithLog(
  path: string,
  reading: DatasetReading,
): Promise<{ readonly dataset: Dataset; readonly log?: LogReading }> {
  let log: LogReading | undefined;
  const onLog = (read: LogReading) => {
    log = read;
  };
  const dataset = await openDataset(path, reading, { onLog });
  return { dataset, ...(log === undefined ? {} : { log }) };
}
