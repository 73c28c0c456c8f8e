import { formatTable } from './format';
import { WIDTH, wrap } from './wrap';

/** Lays out a table; text in the last column that does not fit beside the others continues on the lines below. */
export function formatWrappedTable(rows: readonly (readonly string[])[]): string {
  const others = rows[0]!.slice(0, -1);
  const widthOf = (cell: string) => Math.max(...cell.split('\n').map((line) => line.length));
  const taken = others.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))) + 2);
  const left = WIDTH - taken.reduce((sum, width) => sum + width, 0);
  const lines = rows.flatMap((row) =>
    wrap(row.at(-1)!, left).map((text, i) => [...(i === 0 ? row.slice(0, -1) : others.map(() => '')), text]),
  );
  return formatTable(lines, { align: rows[0]!.map(() => 'left') });
}
