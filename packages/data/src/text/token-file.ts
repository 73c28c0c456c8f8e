import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of the header: JSON, filled up with spaces, so that `head -c 1024` shows what a file holds. */
export const HEADER_BYTES = 1024;
export const TOKEN_FORMAT = 'lamo-tokens-1';

/** What the header of a token file says. */
export interface TokenFileHeader {
  readonly format: typeof TOKEN_FORMAT;
  /** Where the text came from, for humans. */
  readonly source: string;
  readonly vocabularySize: number;
  /** The largest id that occurs. */
  readonly largestToken: number;
  readonly tokens: number;
  readonly groups: number;
  readonly bytesPerToken: 2 | 4;
}

/** An open file of token ids, laid out as `header | ids, little-endian | one past each group's end, float64`. */
export interface TokenFile {
  readonly header: TokenFileHeader;
  /** [groups] one past the last token of each group */
  readonly groupEnds: Float64Array;
  /** Reads as many ids as `ids` holds, from a position on. */
  read(position: number, ids: Uint16Array | Uint32Array): void;
  close(): void;
}

/** Opens a token file, or says undefined if there is none or no whole one. */
export function openTokenFile(path: string): TokenFile | undefined {
  const file = openIfPresent(path);
  if (file === undefined) return undefined;
  const header = readHeader(file);
  if (!header) {
    closeSync(file);
    return undefined;
  }
  const { tokens, groups, bytesPerToken } = header;
  const groupEnds = new Float64Array(groups);
  readSync(file, groupEnds, 0, groupEnds.byteLength, HEADER_BYTES + tokens * bytesPerToken);
  return {
    header,
    groupEnds,
    read(position, ids) {
      readSync(file, ids, 0, ids.byteLength, HEADER_BYTES + position * bytesPerToken);
    },
    close: () => closeSync(file),
  };
}

/** What cannot be opened is written anew, and that says what is wrong with the folder if anything is. */
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
  return fstatSync(file).size === HEADER_BYTES + tokens * bytesPerToken + groups * 8 ? header : undefined;
}

function parseHeader(text: string): TokenFileHeader | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
