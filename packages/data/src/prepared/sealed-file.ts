import { readFileSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { LamoError, writeFileAtomic } from '@lamo/core';
import { access } from '../formats/place';

/** What sealed files say that this version writes. */
const FORMAT = 1;

/**
 * Writes plain data as JSON, with its CRC-32 in it: a file that was damaged or edited is noticed.
 *
 * @throws LamoError `disk-full`, `not-writable`
 */
export function writeSealed(path: string, record: object): void {
  const state = JSON.stringify({ ...record, format: FORMAT }, nameNumber);
  const sealed = { ...JSON.parse(state), crc32: crc32(state) };
  writeFileAtomic(path, `${JSON.stringify(sealed, null, 2)}\n`);
}

/**
 * Reads what {@link writeSealed} wrote; undefined if there is no such file.
 *
 * @param hint what to do if it is damaged
 * @throws LamoError `not-readable`; `dataset-version` if a later version wrote it; `damaged-file` if it is not what was written
 */
export function readSealed(path: string, hint: string): unknown {
  const text = access(path, () =>
    statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, 'utf8') : undefined,
  );
  if (text === undefined) return undefined;
  const damaged = (expected: string, received: string, cause?: unknown) =>
    new LamoError({
      where: 'data/prepared',
      code: 'damaged-file',
      problem: `${path} is not what was written there`,
      ...{ expected, received, hint, cause },
    });
  const { crc32: sum, ...state } = parseObject(text, damaged);
  if (typeof state.format === 'number' && state.format > FORMAT) throw laterVersion(path, state.format);
  if (typeof sum !== 'number') throw damaged('its checksum, `crc32`', 'none');
  const found = crc32(JSON.stringify(state));
  if (found !== sum) throw damaged(`the checksum ${sum}`, `${found}`);
  return JSON.parse(JSON.stringify(state), readNumber);
}

/** JSON has no words for some numbers: they stand in it as `{ "notInJson": "Infinity" }`. */
function nameNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { notInJson: Object.is(value, -0) ? '-0' : String(value) };
}

function readNumber(_key: string, value: unknown): unknown {
  const { notInJson } = { ...(value as { readonly notInJson?: unknown } | null) };
  return typeof notInJson === 'string' ? Number(notInJson) : value;
}

function parseObject(
  text: string,
  damaged: (expected: string, received: string, cause?: unknown) => LamoError,
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged('JSON', (cause as Error).message, cause);
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw damaged('an object', text.slice(0, 20));
}

function laterVersion(path: string, format: number): LamoError {
  return new LamoError({
    where: 'data/prepared',
    code: 'dataset-version',
    problem: `${path} was written by a later version of lamo`,
    expected: `format ${FORMAT}`,
    received: `format ${format}`,
    hint: 'Update lamo.',
  });
}
