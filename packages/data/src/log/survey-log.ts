import type { LamoError } from '@lamo/core';
import type { Arrangement, Places } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import type { LateColumn } from './describe-columns';
import { noneIsWhole } from './drop-incomplete';
import { checkEncoding, defaultEncoding, sortCategories } from './encode-column';
import type { ColumnSurvey } from './encode-log';
import type { Encoding, FillRule } from './encoding';
import { inOrder, meanOf, type PartSum, standInOf, sumPart } from './fill-missing';
import { gatherSlices } from './gather-slices';
import { type KnownColumns, LogGatherer } from './log-gatherer';
import { arrangeLog, droppable, type OpenLog, valuedColumns } from './open-log';

/** What a look at all rows of a log says: plain data. */
export interface LogSurvey {
  /** Rows of the dataset. */
  readonly rows: number;
  /** Episodes that are left out. */
  readonly dropped: number;
  readonly late: readonly LateColumn[];
  readonly known: KnownColumns;
  /** Of each channel of {@link known}. */
  readonly columns: readonly ColumnSurvey[];
}

/**
 * Looks at all rows of a log, slice by slice, for what each column needs to be known as a whole: its kind, its categories, its mean.
 *
 * @param numbers in a slice, as of `gatherSlices`
 * @param onRows is told how many rows of the file were looked at
 * @throws LamoError what `gatherSlices` and `arrangeLog` throw, and what is wrong with a column as a whole
 */
export async function surveyLog(
  log: OpenLog,
  numbers: number,
  onRows: (rows: number) => void = () => {},
): Promise<LogSurvey> {
  const gatherer = new LogGatherer(log.table, log.found.roles, log.cells);
  const looks = new Map<CellColumn, ColumnLook>();
  const late: LateColumn[] = [];
  let [rows, dropped] = [0, 0];
  let lacking: LamoError | undefined;
  const notice = (column: string, row: number) => late.push({ column, row });
  for await (const { gathered, last } of gatherSlices(log, gatherer, { numbers, notice })) {
    const { arrangement, dropped: left } = arrangeLog(log, gathered);
    for (const column of valuedColumns(gathered)) {
      const look = looks.get(column) ?? new ColumnLook(log, column);
      looks.set(column, look);
      look.add(gathered.places, arrangement);
    }
    rows += arrangement.order.length;
    dropped += left;
    if (rows === 0) lacking = noneIsWhole(gathered.places, droppable(log, gathered));
    onRows(last);
  }
  if (rows === 0) throw lacking;
  const { known, columns } = gatherer;
  return {
    ...{ rows, dropped, late },
    // What belongs to which episode is read anew.
    known: { ...known, cells: known.cells.map((cells, i) => (looks.has(columns[i]!) ? cells : null)) },
    columns: columns.map((column) => looks.get(column)?.survey() ?? {}),
  };
}

/** What is found out about one column. */
class ColumnLook {
  readonly #column: CellColumn;
  readonly #rule: FillRule | undefined;
  readonly #asked: Encoding | undefined;
  /** Places of the texts that occur. */
  readonly #occurring = new Set<number>();
  #sums: PartSum[] = [];
  #isMissing = false;

  constructor({ rules }: OpenLog, column: CellColumn) {
    this.#column = column;
    this.#rule = rules.fillOf(column.name);
    this.#asked = rules.encodingOf(column.name);
  }

  /** Looks at the rows that the column has now. @throws LamoError as `checkEncoding` */
  add(places: Places, arrangement: Arrangement): void {
    const { kind, width } = this.#column;
    if (kind !== undefined) checkEncoding(places, this.#column, kind, this.#asked ?? defaultEncoding(kind));
    const numbers = inOrder(this.#column, arrangement);
    this.#isMissing ||= numbers.some((number) => Number.isNaN(number));
    if (kind === 'text') {
      for (const place of numbers) if (!Number.isNaN(place)) this.#occurring.add(place);
    } else if (this.#rule === 'mean' || this.#rule === 'previous') {
      this.#sums = Array.from({ length: width }, (_, part) =>
        sumPart(numbers, width, part, this.#sums[part]),
      );
    }
  }

  survey(): ColumnSurvey {
    const { kind, texts } = this.#column;
    if (kind !== 'text') return this.#sums.length === 0 ? {} : { means: this.#sums.map(meanOf) };
    const categories = new Set(texts.filter((_, place) => this.#occurring.has(place)));
    const filledIn = this.#isMissing ? standInOf(this.#column, this.#rule)?.value : undefined;
    if (typeof filledIn === 'string') categories.add(filledIn);
    return { categories: sortCategories([...categories]) };
  }
}
