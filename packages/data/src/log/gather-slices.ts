import type { CellColumn } from './cell-column';
import { logError } from './log-error';
import type { GatheredColumns, LogGatherer } from './log-gatherer';
import { namesRead, type OpenLog } from './open-log';

/** Some rows of a log: whole episodes. */
export interface LogSlice {
  readonly gathered: GatheredColumns;
  /** The number of its last row in the file. */
  readonly last: number;
}

/** How a log is cut. */
export interface SliceOptions {
  /** Numbers in a slice, after which it ends with its episode. */
  readonly numbers: number;
  /** How many numbers a cell of a column counts as. @default its own */
  readonly widthOf?: (column: CellColumn) => number;
  /** The number of the last row of an earlier slice. @default 0 */
  readonly after?: number;
  /** Is told of columns that only later rows have. */
  readonly notice?: (column: string, row: number) => void;
}

/**
 * Reads a log slice by slice, an episode always as a whole. Only one slice is in memory: the one before is forgotten when the next is asked for.
 *
 * @throws LamoError `not-in-order` if rows of an episode are in two slices, `option-not-used`, and what `readLog` throws while it gathers
 */
export async function* gatherSlices(
  log: OpenLog,
  gatherer: LogGatherer,
  { numbers, widthOf = ({ width }) => width, after = 0, notice = () => {} }: SliceOptions,
): AsyncGenerator<LogSlice> {
  checkCuts(log);
  const { oneStep = false, continuing = false } = log.options;
  let [last, width, measured] = [after, 0, 0];
  for await (const row of log.table.rows(namesRead(log), notice, after)) {
    // A list that first has a value makes its column wider; a row may have many steps.
    if (width === 0 || gatherer.rows - measured >= 1024) {
      width = gatherer.columns.reduce((sum, column) => sum + widthOf(column), 0);
      measured = gatherer.rows;
    }
    if (gatherer.rows * width >= numbers && gatherer.rows > 0) {
      if (gatherer.startsEpisode(row, oneStep || continuing)) {
        yield { gathered: gatherer.gathered(), last };
        gatherer.forget();
        measured = 0;
      }
    }
    gatherer.add(row);
    last = row.number;
  }
  if (gatherer.rows > 0 || after === 0) yield { gathered: gatherer.gathered(), last };
}

/** A stream without episodes is cut anywhere, and rules that look back within an episode would look no further than the cut. */
function checkCuts({ table: { path }, found, rules, options }: OpenLog): void {
  if (options.continuing !== true) return;
  for (const name of Object.values(found.roles).flat()) {
    const rule = [rules.fillOf(name), rules.encodingOf(name)].find((one) => LOOKING_BACK.includes(`${one}`));
    if (rule === undefined) continue;
    throw logError('option-not-used', `"${name}" of ${path} cannot be read as ${rule} slice by slice`, {
      expected: 'rules that need no earlier rows, where all rows are one stream',
      received: `${rule}`,
      hint: 'Say otherwise what stands in for missing values (mean, a number); or read the log whole, without preparing it.',
    });
  }
}

const LOOKING_BACK: readonly string[] = ['previous', 'drop', 'elapsed'];
