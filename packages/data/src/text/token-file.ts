import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LamoError } from '@lamo/core';

/** Bytes of the header: JSON, filled up with spaces, so that `head -c 1024` shows what a file holds. */
export const HEADER_BYTES = 1024;
export const TOKEN_FORMAT = 'lamo-tokens-2';

/** The header of a token file. */
export interface TokenFileHeader {
  readonly format: typeof TOKEN_FORMAT;
  /** Where the text came from, for humans. */
  readonly source: string;
  readonly vocabularySize: number;
  /** The largest id in the file. */
  readonly largestToken: number;
  readonly tokens: number;
  readonly groups: number;
  readonly bytesPerToken: 2 | 4;
  /** SHA-256 of all that follows the header, and of the numbers in it. */
  readonly hash: string;
}

/** An open file of token ids, laid out as `header | ids, little-endian | one past each group's end, float64`. */
export interface TokenFile {
  readonly header: TokenFileHeader;
  /** [groups] one past the last token of each group */
  readonly groupEnds: Float64Array;
  /** Fills `ids` with the token ids from a position on. */
  read(position: number, ids: Uint16Array | Uint32Array): void;
  close(): void;
}

/** Opens a token file. Returns undefined if it does not exist, is incomplete, or has other bytes than were written. */
export function openTokenFile(path: string): TokenFile | undefined {
  const file = openIfPresent(path);
  if (file === undefined) return undefined;
  const header = readHeader(file);
  if (!header) {
    closeSync(file);
    return undefined;
  }
  const { tokens, groups, bytesPerToken, largestToken } = header;
  const groupEnds = new Float64Array(groups);
  readSync(file, groupEnds, 0, groupEnds.byteLength, HEADER_BYTES + tokens * bytesPerToken);
  return {
    header,
    groupEnds,
    read(position, ids) {
      const bytes = readSync(file, ids, 0, ids.byteLength, HEADER_BYTES + position * bytesPerToken);
      // It was complete when it was opened, but training may read it for days.
      if (bytes < ids.byteLength || ids.some((id) => id > largestToken)) throw changed(path);
    },
    close: () => closeSync(file),
  };
}

/** A file that cannot be opened is written again, which fails with a clear error if something is wrong with the folder. */
function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function readHeader(file: number): TokenFileHeader | undefined {
  const bytes = Buffer.alloc(HEADER_BYTES);
  readSync(file, bytes, 0, HEADER_BYTES, 0);
  const header = parseHeader(bytes.toString('utf8'));
  if (header?.format !== TOKEN_FORMAT) return undefined;
  const { tokens, groups, bytesPerToken } = header;
  const isWhole = fstatSync(file).size === HEADER_BYTES + tokens * bytesPerToken + groups * 8;
  return isWhole && header.largestToken < header.vocabularySize && hashFile(file, header) === header.hash
    ? header
    : undefined;
}

/** The numbers of a header, which are hashed after the rest of the file. */
export function hashedNumbers(header: Omit<TokenFileHeader, 'hash'>): string {
  const { vocabularySize, largestToken, tokens, groups, bytesPerToken } = header;
  return JSON.stringify([vocabularySize, largestToken, tokens, groups, bytesPerToken]);
}

function hashFile(file: number, header: TokenFileHeader): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  for (let position = HEADER_BYTES; ; ) {
    const length = readSync(file, piece, 0, piece.length, position);
    if (length === 0) return hash.update(hashedNumbers(header)).digest('hex');
    hash.update(piece.subarray(0, length));
    position += length;
  }
}

function changed(path: string): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'damaged-file',
    problem: `${path} changed while it was being read`,
    expected: 'the tokens that were there when it was opened',
    received: 'ids that its text does not have, or fewer of them',
    hint: 'Run again: the file is checked and, if damaged, written again.',
  });
}

function parseHeader(text: string): TokenFileHeader | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
