/** A row of named values. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Spreads the objects in a row: `{"observation": {"room": 3}}` has the column `observation.room`. Lists are values.
 *
 * @returns the columns in their order
 */
export function flattenRow(
  row: Row,
  prefix = '',
  columns = new Map<string, unknown>(),
): Map<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    const column = prefix + name;
    if (isRow(value)) flattenRow(value, `${column}.`, columns);
    else columns.set(column, value);
  }
  return columns;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
