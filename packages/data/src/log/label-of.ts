/**
 * A cell as a label: a text without the spaces around it, a number or a flag as it is written, a time stamp to the millisecond.
 *
 * @returns undefined where nothing stands, or a list
 */
export function labelOf(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell.trim();
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.toISOString();
  return cell === undefined || cell === null || typeof cell === 'object' ? undefined : String(cell);
}
