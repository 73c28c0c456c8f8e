import type { EncodedColumn } from './encode-column';

/** How many numbers columns have in a row together. */
export const widthOf = (columns: readonly EncodedColumn[]) =>
  columns.reduce((sum, { width }) => sum + width, 0);

/** Puts columns beside each other. @returns [N, width] */
export function sideBySide(columns: readonly EncodedColumn[]): Float32Array {
  const width = widthOf(columns);
  const rows = columns[0]!.data.length / columns[0]!.width;
  const values = new Float32Array(rows * width);
  let start = 0;
  for (const column of columns) {
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < column.width; i++)
        values[row * width + start + i] = column.data[row * column.width + i]!;
    start += column.width;
  }
  return values;
}
