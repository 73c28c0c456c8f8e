import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { checkWritable, LamoError, parseRecord, writeError, writeFileAtomic } from '@lamo/core';
import type { z } from 'zod';

/** A file of JSON lines, and what its lines are. */
export interface JsonLines<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** `a line of metrics`. */
  readonly kind: string;
}

const HINT = 'Remove the line, or take the file from a backup.';

/**
 * Appends a value as one line of JSON, and flushes it to the disk. A line is there whole or not at all: what an earlier
 * writer left half-written at the end is cut off first.
 *
 * @throws LamoError `disk-full`, `not-writable`; `invalid-record` if the value is not what the lines of the file are
 */
export function appendJsonLine<T>({ path, schema, kind }: JsonLines<T>, value: T): void {
  // What JSON cannot say, such as NaN, would turn into null, and the line could not be read again.
  const name = `What is to be written to ${path}`;
  parseRecord(schema, value, { where: 'cli/run', code: 'invalid-record', name, kind });
  const line = Buffer.from(`${JSON.stringify(value)}\n`);
  try {
    const file = openSync(path, 'a+');
    try {
      append(file, line, mendEnd(file));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/**
 * Reads the values of a file of JSON lines; an empty list if the file does not exist. A last line without an end counts if it is whole.
 *
 * @throws LamoError `damaged-file`
 */
export function readJsonLines<T>({ path, schema, kind }: JsonLines<T>): T[] {
  return readLines(path).map((line, i) => {
    const name = `Line ${i + 1} of ${path}`;
    return parseRecord(schema, parseLine(line, name), { where: 'cli/run', name, kind, hint: HINT });
  });
}

/** Checks, before anything is computed for it, that a line can be added. @throws LamoError `not-writable`, `damaged-file` */
export function checkAppendable<T>(file: JsonLines<T>): void {
  readJsonLines(file);
  checkWritable(file.path);
  try {
    if (existsSync(file.path)) accessSync(file.path, constants.W_OK);
  } catch (cause) {
    throw writeError(file.path, cause);
  }
}

/** Leaves only the lines that `keep` wants, byte for byte, and drops a last line that is not whole. */
export function keepJsonLines<T>(file: JsonLines<T>, keep: (value: T) => boolean): void {
  if (statSync(file.path, { throwIfNoEntry: false }) === undefined) return;
  const values = readJsonLines(file);
  const lines = readLines(file.path).filter((_, i) => keep(values[i]!));
  writeFileAtomic(file.path, lines.map((line) => `${line}\n`).join(''));
}

/** Writes a line at the end of a file whose lines are whole; if that fails, they still are. */
function append(file: number, line: Buffer, size: number): void {
  try {
    for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
    fsyncSync(file);
  } catch (cause) {
    ftruncateSync(file, size);
    throw cause;
  }
}

/** Makes the last line of a file a whole one: ends it, or cuts it off. @returns the size of the file then */
function mendEnd(file: number): number {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last.toString() === '\n')) return size;
  const bytes = Buffer.alloc(size);
  readSync(file, bytes, 0, size, 0);
  const start = bytes.lastIndexOf('\n') + 1;
  if (isWhole(bytes.toString('utf8', start))) return size + writeSync(file, '\n');
  ftruncateSync(file, start);
  return start;
}

/** Text after the last line end also counts as a line if it is complete: an editor may have removed its end. */
function readLines(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  const rest = lines.pop()!;
  return isWhole(rest) ? [...lines, rest] : lines;
}

/** Objects end with a brace of their own, so that none is the beginning of another one. */
function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

function parseLine(line: string, name: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new LamoError({
      where: 'cli/run',
      code: 'damaged-file',
      problem: `${name} is not valid JSON`,
      received: line.length > 60 ? `${line.slice(0, 60)}…` : line,
      hint: HINT,
      cause,
    });
  }
}
