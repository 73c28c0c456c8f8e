import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { writeError } from '@lamo/core';

/** Windows has no such flag, and creating a link there needs a privilege. */
const NO_LINKS = constants.O_NOFOLLOW ?? 0;

/**
 * Writes what arrives to a file from byte `start` on, and flushes it to the disk. The file is created if it does not
 * exist; a link in its place is not followed. Bytes before `start` stay, and so do those that arrived before a failure.
 *
 * @param onBytes called after each write with the number of bytes up to there
 * @throws LamoError `disk-full`, `not-writable`, or what `source` and `onBytes` throw
 */
export async function appendToFile(
  path: string,
  start: number,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBytes: (end: number) => void,
): Promise<void> {
  const file = await orWriteError(path, open(path, constants.O_WRONLY | constants.O_CREAT | NO_LINKS));
  try {
    let end = start;
    for await (const bytes of source) {
      await orWriteError(path, writeWhole(file, bytes, end));
      end += bytes.length;
      onBytes(end);
    }
    await orWriteError(path, file.sync());
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}

async function orWriteError<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw writeError(path, cause);
  }
}
