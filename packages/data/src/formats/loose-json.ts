import { LamoError } from '@lamo/core';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON as Python writes it, with bare `Infinity`, `-Infinity` and `NaN`, which the standard does not have. Text inside of strings is left
 * alone. `NaN` becomes null.
 *
 * @param origin what is named in the error
 * @throws LamoError `damaged-file`
 */
export function parseLooseJson(origin: string, text: string): unknown {
  // A number beyond the largest becomes infinite by itself.
  const strict = text.replace(STRING_OR_TOKEN, (found) => NUMBERS[found] ?? found);
  try {
    return JSON.parse(strict);
  } catch (cause) {
    throw damaged(origin, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** As {@link parseLooseJson}, of an object. */
export function parseLooseObject(origin: string, text: string): JsonObject {
  const value = parseLooseJson(origin, text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw damaged(origin, 'something other than an object');
}

const STRING_OR_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/gs;

const NUMBERS: Readonly<Record<string, string>> = { Infinity: '1e999', '-Infinity': '-1e999', NaN: 'null' };

function damaged(origin: string, received: string, cause?: unknown): LamoError {
  return new LamoError({
    where: 'data/formats',
    code: 'damaged-file',
    problem: `${origin} is not JSON`,
    expected: 'JSON, in which Infinity and NaN may occur',
    received,
    hint: 'Download or copy it again.',
    cause,
  });
}
