import { logError } from './log-error';

/** A row of named values. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Spreads the objects in a row: `{"observation": {"room": 3}}` has the column `observation.room`. Lists are values.
 *
 * @param place of the row, for errors: `line 3 of log.jsonl`
 * @returns the columns in their order
 * @throws LamoError `ambiguous-column` if two come to have one name
 */
export function flattenRow(
  row: Row,
  place: string,
  prefix = '',
  columns = new Map<string, unknown>(),
): Map<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    const column = prefix + name;
    if (isRow(value)) flattenRow(value, place, `${column}.`, columns);
    else {
      const { size } = columns;
      if (columns.set(column, value).size === size) throw twice(place, column);
    }
  }
  return columns;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The error where two columns have one name, of which one would be lost. */
export function twice(place: string, column: string) {
  return logError('ambiguous-column', `Two columns have the same name in ${place}`, {
    expected: 'a name of its own for each column',
    received: `"${column}" twice: as it stands, and as a part of an object or group`,
    hint: 'Call one of them otherwise.',
  });
}
