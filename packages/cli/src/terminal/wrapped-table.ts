import { formatTable } from './format';

/** Width of the narrowest common terminal. */
const WIDTH = 80;

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

/** Breaks a text between words. */
function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= width || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
