import { createHash } from 'node:crypto';

/** Text that is read row by row, as often as asked: lines of files, rows of a table, or strings of your own. */
export interface TextSource {
  /** Name for humans: a path, or a data set's name. */
  readonly name: string;
  /** Hashes the contents, so that results computed from them can be cached. Equal fingerprints mean equal rows. */
  fingerprint(): Promise<string>;
  /** Reads the rows in their order, line breaks included. */
  rows(): AsyncIterable<string>;
}

/**
 * Makes a source from strings in memory.
 *
 * @example
 * const source = textFromRows(['one line\n', 'another\n']);
 */
export function textFromRows(rows: readonly string[], name = 'rows'): TextSource {
  return {
    name,
    async fingerprint() {
      const hash = createHash('sha256');
      for (const row of rows) hash.update(`${row.length} `).update(row);
      return hash.digest('hex');
    },
    async *rows() {
      yield* rows;
    },
  };
}
