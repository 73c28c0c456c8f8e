import type { ActionSpace, Dataset } from '@lamo/core';
import type { HasActionSpace } from '../action-space';
import { createDataset } from '../dataset';
import type { HasObservations } from '../observation-space';
import type { EpisodeOptions } from './arrange-episodes';
import { describeColumns, type LateColumn, type ReadColumn, readingWarnings } from './describe-columns';
import { noneIsWhole } from './drop-incomplete';
import { encodeLog } from './encode-log';
import type { Encoding, FillRule } from './encoding';
import type { LogColumns } from './log-columns';
import { LogGatherer } from './log-gatherer';
import { arrangeLog, droppable, type MISSING_VALUES, namesRead, openLog } from './open-log';

/** What a log of one's own does not say itself. */
export interface LogOptions extends Omit<EpisodeOptions, 'continuing'> {
  /** Which columns are what. @default what follows from their names */
  readonly columns?: LogColumns;
  /** How columns become numbers, by name or pattern. @default texts are categories, everything else is numbers */
  readonly encode?: Readonly<Record<string, Encoding>>;
  /** What stands in for missing values, by name or pattern. @default nothing: they are refused */
  readonly fill?: Readonly<Record<string, FillRule>>;
  /** Texts that stand for a missing value in CSV. @default those of {@link MISSING_VALUES} */
  readonly missing?: readonly string[];
}

/** Options of {@link readLog}. */
export interface ReadLogOptions extends LogOptions {
  /** @default the file's name without its ending */
  readonly name?: string;
  /** The rows are one stream that goes on: no end is looked for. @default false */
  readonly continuing?: boolean;
  /** What numbers of actions are chosen from, if they are classes: `{ kind: 'discrete', count: 4 }`. @default they are amounts */
  readonly actionSpace?: ActionSpace;
  /**
   * What a policy or another dataset sees and does: categories are encoded as there, and one that is not known there is refused.
   * @default categories are those of the file, sorted
   */
  readonly like?: HasObservations & HasActionSpace;
}

/** A log as a dataset, and how it was read. */
export interface LogReading {
  /** The log. */
  readonly dataset: Dataset;
  /** Its columns by what they are for. */
  readonly columns: readonly ReadColumn[];
  /** Columns of the file that were not read. */
  readonly unused: readonly string[];
}

/**
 * Reads a log of one's own: CSV with a header, JSON lines or Parquet, one row a step, or one row an episode with lists. Columns are found by their
 * names, or named by `columns`; texts become categories, a column for each; what things are called is kept in the dataset's spaces. What is missing,
 * how episodes end, and what a time stamp says have to be told.
 *
 * @throws LamoError `file-not-found`, `other-layout`, `damaged-file`, `not-json-lines`, `not-utf8`, `too-large`, `no-header`, `empty-dataset`;
 *   `unknown-column`, `missing-column`, `ambiguous-column`; `no-ends`, `end-inside-episode`, `not-in-order`; with the row `missing-value`, `wrong-type`,
 *   `wrong-width`, `not-finite`, `not-a-number`, `not-a-flag`, `time-stamp`, `inexact-label`, `nul-character`, `unknown-category`, `out-of-range`; `fill-rule`,
 *   `too-many-categories`, `length-mismatch`, and what `createDataset` throws
 * @example
 * const { dataset } = await readLog('trips.csv', {
 *   columns: { observation: ['sensor_*', 'weather'], action: ['heater'], reward: 'r', episode: 'trip_id', time: 'at' },
 *   fill: { 'sensor_*': 'previous' },
 *   ends: 'truncated',
 * });
 */
export async function readLog(path: string, options: ReadLogOptions = {}): Promise<LogReading> {
  const log = await openLog(path, options);
  const gatherer = new LogGatherer(log.table, log.found.roles, log.cells);
  const late: LateColumn[] = [];
  for await (const row of log.table.rows(namesRead(log), (column, row) => late.push({ column, row })))
    gatherer.add(row);
  const gathered = gatherer.gathered();
  const { arrangement, dropped } = arrangeLog(log, gathered);
  if (arrangement.order.length === 0) throw noneIsWhole(gathered.places, droppable(log, gathered));
  const encoded = encodeLog(gathered, arrangement, log.rules, options);
  const { terminated, truncated } = arrangement;
  const columns = describeColumns(log, gathered, encoded);
  const warnings = readingWarnings(log.table, { late, dropped, columns });
  return {
    dataset: createDataset({ name: log.name, ...encoded.input, terminated, truncated, warnings }),
    columns,
    unused: log.found.unused,
  };
}
