import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LamoError } from './errors';

/**
 * Writes a file so that readers see the old one or the whole new one, never a part: into a temporary file
 * beside it, flushed to the disk, then renamed.
 *
 * @throws LamoError `disk-full`, `not-writable`, `write-failed`; the temporary file is removed, the target untouched
 */
export function writeFileAtomic(path: string, contents: string | Uint8Array): void {
  replaceFile(path, (temporary) => writeFileSync(temporary, contents));
}

/**
 * Lets `write` make a temporary file beside `path`, flushes it to the disk and renames it to `path`. If
 * anything throws, the temporary file is removed and `path` keeps what it had.
 *
 * @throws LamoError `disk-full`, `not-writable`, `write-failed`, or what `write` throws
 */
export function replaceFile(path: string, write: (temporary: string) => void): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    rmSync(temporary, { force: true });
    write(temporary);
    flush(temporary);
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw LamoError.isInstance(error) ? error : writeError(path, error);
  }
}

/** Turns what the file system threw into an error that says what to do. */
export function writeError(path: string, cause: unknown): LamoError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LamoError({
      where: 'data/files',
      code: 'disk-full',
      problem: `There is no room on the disk for ${path}`,
      hint: 'Free some space or choose another folder; what was there before is untouched.',
      cause,
    });
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) {
    return new LamoError({
      where: 'data/files',
      code: 'not-writable',
      problem: `${path} cannot be written`,
      expected: 'a file in a folder that exists and that you may write to',
      received: REASONS[code] ?? code,
      hint: 'Create the folder, or choose another path.',
      cause,
    });
  }
  return new LamoError({
    where: 'data/files',
    code: 'write-failed',
    problem: `${path} could not be written`,
    received: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only file system',
  ENOENT: 'a folder that does not exist',
  ENOTDIR: 'a folder that is a file',
  EISDIR: 'a folder',
};

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder itself may be unwritable: then there is nothing to remove, and the first error says why.
  }
}
