import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { LamoError, writeError, writeFileAtomic } from '@lamo/data';

/**
 * Appends a value as one line of JSON. A line is there whole or not at all.
 *
 * @throws LamoError `disk-full`, `not-writable`
 */
export function appendJsonLine(path: string, value: unknown): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  try {
    appendFileSync(path, `${JSON.stringify(value)}\n`);
  } catch (cause) {
    if (size > 0) truncateSync(path, size);
    throw writeError(path, cause);
  }
}

/** Reads the values of a file of JSON lines; none if there is no file. @throws LamoError `damaged-file` */
export function readJsonLines<T>(path: string): T[] {
  return readLines(path).map((line, i) => {
    try {
      return JSON.parse(line) as T;
    } catch (cause) {
      throw new LamoError({
        where: 'cli/run',
        code: 'damaged-file',
        problem: `Line ${i + 1} of ${path} is no JSON`,
        received: line.length > 60 ? `${line.slice(0, 60)}…` : line,
        hint: 'Remove the line, or take the file from a backup.',
        cause,
      });
    }
  });
}

/** Leaves only the lines that `keep` wants, byte for byte, and drops a last line that is not whole. */
export function keepJsonLines<T>(path: string, keep: (value: T) => boolean): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return;
  const values = readJsonLines<T>(path);
  const lines = readLines(path).filter((_, i) => keep(values[i]!));
  writeFileAtomic(path, lines.map((line) => `${line}\n`).join(''));
}

/** Whole lines only: what follows the last line end was cut off while it was written. */
function readLines(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}
