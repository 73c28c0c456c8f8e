/** A file of rows that all have the same columns, read as often as asked. */
export interface Table {
  readonly path: string;
  /** Names of the columns in their order. */
  readonly columns: readonly string[];
  /** What a row is called in errors: `line` where the file has lines, which are counted from 1 with a header; else `row`, counted from 1. */
  readonly unit: 'row' | 'line';
  /** Whether every cell is a text that may stand for a number, as in CSV; else what looks like a text is one. */
  readonly isText: boolean;
  /**
   * Reads the cells of some columns, in the order in which they are named; undefined or null where a row has none.
   *
   * @param notice is told of a column that appears later, once for each
   * @param after the number of a row: those up to it are passed over. @default 0
   */
  rows(
    chosen: readonly string[],
    notice: (column: string, row: number) => void,
    after?: number,
  ): AsyncIterable<TableRow>;
}

/** A row of a table. */
export interface TableRow {
  /** As the {@link Table.unit} is counted. */
  readonly number: number;
  readonly cells: readonly unknown[];
}
