import { LamoError } from '@lamo/core';
import type { JsonRow } from '../text/read-json-lines';

/** Reads a text from a row of JSON lines. @throws LamoError `missing-field` */
export function readText(place: string, row: JsonRow['row'], field: string): string {
  const value = Object.hasOwn(row, field) ? row[field] : undefined;
  if (typeof value === 'string') return value;
  const others = Object.keys(row).slice(0, 8).join(', ');
  throw new LamoError({
    where: 'data/completions',
    code: 'missing-field',
    problem: `There is no text in the field \`${field}\` of ${place}`,
    expected: `a string \`${field}\``,
    received:
      value === undefined
        ? `the fields ${others || '(none)'}`
        : `a value of type ${value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value}`,
    hint: 'Name the fields with `promptField` and `completionField`; what they hold must be a text.',
  });
}
