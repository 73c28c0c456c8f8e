import { readJsonRows } from '../text/read-json-lines';
import { flattenRow } from './flatten-row';
import { logError } from './log-error';
import type { Table } from './table';

/** Lines that are looked at for the names of columns. */
const LOOKED_AT = 1000;

/** What lines look like, for errors. */
const EXAMPLE = '{"episode": 7, "observation": [20.5, 3], "action": 1, "reward": 0}';

/**
 * Opens a file of JSON lines, one object for each row. Objects in it are spread: `{"observation": {"room": 3}}` has the column `observation.room`.
 *
 * @throws LamoError `not-json-lines`, `too-large`, `empty-dataset`, `ambiguous-column`, and what `readPieces` throws
 */
export async function jsonTable(path: string): Promise<Table> {
  const known = new Set<string>();
  for await (const { number, row } of readJsonRows(path, EXAMPLE)) {
    for (const column of flattenRow(row, `line ${number} of ${path}`).keys()) known.add(column);
    if (number >= LOOKED_AT) break;
  }
  if (known.size === 0)
    throw logError('empty-dataset', `${path} has no rows`, { expected: `lines such as ${EXAMPLE}` });
  return {
    path,
    columns: [...known],
    unit: 'line',
    isText: false,
    async *rows(chosen, notice, after = 0) {
      const noticed = new Set(known);
      for await (const { number, row } of readJsonRows(path, EXAMPLE, after)) {
        const cells = flattenRow(row, `line ${number} of ${path}`);
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
