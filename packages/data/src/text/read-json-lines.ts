import { LamoError } from '@lamo/core';
import { readPieces } from './read-pieces';

/** Longest line in characters: a file with a longer one is hardly JSON lines. */
const LONGEST_LINE = 64 * 2 ** 20;

/**
 * Reads one field of each line of a file of JSON lines, `{"text": "…"}`. Empty lines are skipped; null is an empty string.
 *
 * @throws LamoError `not-json-lines`, `missing-field`, `too-large` with the number of the line, and what {@link readPieces} throws
 */
export async function* readJsonLines(path: string, field: string): AsyncGenerator<string> {
  for await (const { number, row } of readJsonRows(path)) yield readField(path, number, row, field);
}

/** A line of a file of JSON lines. */
export interface JsonRow {
  /** Number of the line, from 1. */
  readonly number: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/**
 * Reads the objects of a file of JSON lines. Empty lines are skipped.
 *
 * @param example of a line, for the error
 * @param after the number of a line: those up to it are passed over unread
 * @throws LamoError `not-json-lines`, `too-large`, and what {@link readPieces} throws
 */
export async function* readJsonRows(
  path: string,
  example = '{"text": "…"}',
  after = 0,
): AsyncGenerator<JsonRow> {
  let number = 0;
  for await (const line of wholeLines(path)) {
    if (++number <= after) continue;
    if (line.trim() !== '') yield { number, row: parse(path, number, line, example) };
  }
}

/** Reads the lines of a UTF-8 file, without their ends. @throws LamoError `too-large`, and what {@link readPieces} throws */
export async function* wholeLines(path: string): AsyncGenerator<string> {
  let pieces: string[] = [];
  let length = 0;
  for await (const piece of readPieces(path)) {
    const [first, ...others] = piece.split('\n') as [string, ...string[]];
    pieces.push(first);
    length += first.length;
    for (const next of others) {
      yield pieces.join('');
      pieces = [next];
      length = next.length;
    }
    if (length > LONGEST_LINE) throw tooLong(path);
  }
  yield pieces.join('');
}

function readField(path: string, number: number, row: JsonRow['row'], field: string): string {
  const value = Object.hasOwn(row, field) ? row[field] : undefined;
  if (typeof value === 'string') return value;
  if (value === null) return '';
  const others = Object.keys(row).slice(0, 8).join(', ');
  throw new LamoError({
    where: 'data/text',
    code: 'missing-field',
    problem: `Line ${number} of ${path} has no text in its field \`${field}\``,
    expected: `a string \`${field}\``,
    received: value === undefined ? `the fields ${others || '(none)'}` : `a value of type ${typeof value}`,
    hint: 'Name the field that holds the text with `field`, or --text-field of `lamo pretrain` and `lamo perplexity`.',
  });
}

function parse(path: string, number: number, line: string, example: string): JsonRow['row'] {
  let cause: unknown;
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Record<string, unknown>;
  } catch (error) {
    cause = error;
  }
  throw new LamoError({
    where: 'data/text',
    code: 'not-json-lines',
    problem: `Line ${number} of ${path} is not a JSON object`,
    expected: `one object per line, such as ${example}`,
    received: JSON.stringify(line.slice(0, 60)),
    hint: 'The file may be cut off; plain text must end in .txt.',
    cause,
  });
}

function tooLong(path: string): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'too-large',
    problem: `${path} has a line that is too long`,
    expected: `at most ${LONGEST_LINE} characters, one JSON object per line`,
    received: 'more',
  });
}
