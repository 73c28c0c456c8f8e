import { type ParquetColumn, readParquetRows } from '../text/read-parquet-rows';
import { flattenRow, twice } from './flatten-row';
import type { Table } from './table';

/** Rows that are looked at for the names of what is in groups. */
const LOOKED_AT = 100;

/**
 * Opens a Parquet file. Groups are spread: `observation` with `room` in it is the column `observation.room`; lists are values.
 *
 * @throws LamoError `damaged-file`, `too-large`, `ambiguous-column`
 */
export async function parquetTable(path: string): Promise<Table> {
  const { columns, owners } = await findColumns(path);
  return {
    path,
    columns,
    unit: 'row',
    isText: false,
    async *rows(chosen, notice, after = 0) {
      const wanted = [...new Set(chosen.map((column) => owners.get(column)!))];
      const noticed = new Set(columns);
      let number = 0;
      for await (const values of readParquetRows(path, () => wanted)) {
        if (++number <= after) continue;
        const row = Object.fromEntries(wanted.map((name, i) => [name, values[i]]));
        const cells = flattenRow(row, `row ${number} of ${path}`);
        for (const column of cells.keys()) {
          if (noticed.has(column)) continue;
          noticed.add(column);
          notice(column, number);
        }
        yield { number, cells: chosen.map((column) => cells.get(column)) };
      }
    },
  };
}

/** Names the columns, and for each the one of the file that it is in. */
async function findColumns(path: string) {
  let all: readonly ParquetColumn[] = [];
  const groups = new Map<string, Set<string>>();
  let looked = 0;
  const choose = (columns: readonly ParquetColumn[]) => {
    all = columns;
    for (const { name, type } of columns) if (type === 'group') groups.set(name, new Set());
    return [...groups.keys()];
  };
  for await (const values of readParquetRows(path, choose)) {
    if (groups.size === 0 || looked++ === LOOKED_AT) break;
    for (const [i, [name, within]] of [...groups].entries())
      for (const column of flattenRow({ [name]: values[i] }, `row ${looked} of ${path}`).keys())
        within.add(column);
  }
  const owners = new Map<string, string>();
  for (const { name } of all) {
    for (const column of groups.get(name) ?? [name]) {
      if (owners.has(column)) throw twice(path, column);
      owners.set(column, name);
    }
  }
  return { columns: [...owners.keys()], owners };
}
