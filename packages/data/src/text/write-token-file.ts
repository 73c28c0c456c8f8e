import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, replaceFile, writeError } from '@lamo/core';
import { HEADER_BYTES, hashedNumbers, TOKEN_FORMAT, type TokenFileHeader } from './token-file';

/** Number of tokens to collect before they are written. */
const BUFFER_TOKENS = 1 << 18;

/** Token ids of one row of text. */
export interface TokenRow {
  readonly ids: readonly number[];
  /** Whether this row is the last one of its group. */
  readonly endsGroup: boolean;
}

/**
 * Writes rows of token ids to a file as they come, creating the folder if need be. The file appears under its name only when it is complete.
 *
 * @throws LamoError `disk-full`, `not-writable`, `write-failed`, or what `rows` throws
 */
export async function writeTokenFile(
  path: string,
  rows: AsyncIterable<TokenRow>,
  about: Pick<TokenFileHeader, 'source' | 'vocabularySize'>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  makeFolder(dirname(path));
  const file = attempt(path, () => openSync(temporary, 'w'));
  try {
    await writeTokens(path, file, rows, about).finally(() => closeSync(file));
    replaceFile(path, (target) => renameSync(temporary, target));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

async function writeTokens(
  path: string,
  file: number,
  rows: AsyncIterable<TokenRow>,
  { source, vocabularySize }: Pick<TokenFileHeader, 'source' | 'vocabularySize'>,
): Promise<void> {
  const bytesPerToken = vocabularySize <= 0x10000 ? 2 : 4;
  const buffer = bytesPerToken === 2 ? new Uint16Array(BUFFER_TOKENS) : new Uint32Array(BUFFER_TOKENS);
  const groupEnds: number[] = [];
  let [filled, written, largestToken] = [0, 0, 0];
  const hash = createHash('sha256');
  const write = (body: Uint16Array | Uint32Array | Float64Array) => {
    hash.update(body);
    writeAll(path, file, body, HEADER_BYTES + written * bytesPerToken);
  };
  const flush = () => {
    write(buffer.subarray(0, filled));
    written += filled;
    filled = 0;
  };
  for await (const { ids, endsGroup } of rows) {
    for (const id of ids) {
      if (filled === BUFFER_TOKENS) flush();
      buffer[filled++] = id;
      if (id > largestToken) largestToken = id;
    }
    if (endsGroup) groupEnds.push(written + filled);
  }
  flush();
  write(Float64Array.from(groupEnds));
  const header: Omit<TokenFileHeader, 'hash'> = {
    format: TOKEN_FORMAT,
    source: source.slice(0, 200),
    vocabularySize,
    largestToken,
    tokens: written,
    groups: groupEnds.length,
    bytesPerToken,
  };
  const digest = hash.update(hashedNumbers(header)).digest('hex');
  writeAll(
    path,
    file,
    Buffer.from(`${JSON.stringify({ ...header, hash: digest }).padEnd(HEADER_BYTES - 1)}\n`),
    0,
  );
}

/** Writes every byte of an array; a single `write` call may write fewer. */
function writeAll(
  path: string,
  file: number,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  position: number,
): void {
  attempt(path, () => {
    for (let done = 0; done < byteLength; ) {
      const rest = new Uint8Array(buffer, byteOffset + done, byteLength - done);
      done += writeSync(file, rest, 0, rest.length, position + done);
    }
  });
}

function attempt<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw writeError(path, error);
  }
}
