import type { Dataset, DatasetWarning } from '@lamo/core';
import { createDataset } from '../dataset';
import type { CellColumn } from './cell-column';
import { describeColumns, joinColumns, type ReadColumn, readingWarnings } from './describe-columns';
import { encodeLog } from './encode-log';
import { gatherSlices } from './gather-slices';
import { LogGatherer } from './log-gatherer';
import { arrangeLog, type OpenLog, openLog } from './open-log';
import type { LogReading, ReadLogOptions } from './read-log';
import { type LogSurvey, surveyLog } from './survey-log';

/** How far {@link LogSlices} have come: plain data. */
export interface LogProgress {
  readonly survey: LogSurvey;
  /** The number of the last row of the file that was read. */
  readonly last: number;
  readonly columns: readonly ReadColumn[];
}

/**
 * A log of one's own as datasets of some of its episodes each: one after the other they are what `readLog` returns. Its rows are looked at once for
 * what columns are, and read a second time.
 */
export class LogSlices {
  readonly #log: OpenLog;
  readonly #numbers: number;
  #progress: LogProgress | undefined;

  private constructor(log: OpenLog, numbers: number, progress?: LogProgress) {
    this.#log = log;
    this.#numbers = numbers;
    this.#progress = progress;
  }

  /**
   * @param numbers about how many numbers a slice has
   * @param progress how far earlier ones of the same log had come
   * @throws LamoError as `readLog`
   */
  static async open(
    path: string,
    options: ReadLogOptions,
    numbers: number,
    progress?: LogProgress,
  ): Promise<LogSlices> {
    return new LogSlices(await openLog(path, options), numbers, progress);
  }

  /** How far they have come; undefined before all rows were looked at. */
  get progress(): LogProgress | undefined {
    return this.#progress;
  }

  /** What is known of the whole when all is read. */
  get facts(): {
    readonly name: string;
    readonly log: Pick<LogReading, 'columns' | 'unused'>;
    readonly warnings: readonly DatasetWarning[];
  } {
    const { name, table, found } = this.#log;
    const { survey, columns } = this.#progress!;
    return {
      name,
      log: { columns, unused: found.unused },
      warnings: readingWarnings(table, { ...survey, columns }),
    };
  }

  /** Looks at all rows, unless that was done. @param onRows is told how many. @throws LamoError as `readLog`, and `gatherSlices` */
  async survey(onRows: (rows: number) => void): Promise<LogSurvey> {
    const survey = this.#progress?.survey ?? (await surveyLog(this.#log, this.#numbers, onRows));
    this.#progress ??= { survey, last: 0, columns: [] };
    return survey;
  }

  /** Reads what has not been read. {@link survey} comes before it. @throws LamoError as `readLog` */
  async *read(): AsyncGenerator<Dataset> {
    const { table, found, rules, cells, options, name } = this.#log;
    const { survey, last: after } = this.#progress!;
    const gatherer = new LogGatherer(table, found.roles, { ...cells, known: survey.known });
    const surveys = new Map(gatherer.columns.map((column, i) => [column, survey.columns[i]!]));
    const surveyOf = (column: CellColumn) => surveys.get(column)!;
    const cuts = {
      numbers: this.#numbers,
      widthOf: (column: CellColumn) => surveyOf(column).categories?.length ?? column.width,
      after,
    };
    for await (const { gathered, last } of gatherSlices(this.#log, gatherer, cuts)) {
      const { arrangement } = arrangeLog(this.#log, gathered);
      const first = arrangement.order[0];
      if (first === undefined) {
        this.#progress = { ...this.#progress!, last };
        continue;
      }
      const encoded = encodeLog(gathered, arrangement, rules, { ...options, surveyOf });
      const { terminated, truncated } = arrangement;
      const slice = createDataset({
        // Rows are counted from here in errors.
        name: `${name}, from ${gathered.places.at(first)} on`,
        ...{ ...encoded.input, terminated, truncated },
      });
      const earlier = this.#progress!.columns;
      const columns = describeColumns(this.#log, gathered, encoded).map((column, i) =>
        joinColumns(column, earlier[i]),
      );
      this.#progress = { survey, last, columns };
      yield slice;
    }
  }
}
