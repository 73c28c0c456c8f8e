import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { LamoError } from './errors';
import { removeAbandoned, temporaryPath } from './temporary-file';
import { writeError } from './write-error';
import { writeTarget } from './write-target';

/**
 * Writes a file so that readers see the old one or the whole new one, never a part: into a temporary file
 * beside it, flushed to the disk, then renamed. A link stays, and the file that it leads to is replaced.
 *
 * @throws LamoError `not-a-file`, `disk-full`, `not-writable`, `write-failed`; the temporary file is removed, the target untouched
 */
export function writeFileAtomic(path: string, contents: string | Uint8Array): void {
  replaceFile(path, (temporary) => writeFileSync(temporary, contents));
}

/** Options of {@link replaceFile}. */
export interface ReplaceFileOptions {
  /** Refuses to replace a file, also one that appears while this one is written. @default false */
  readonly isNew?: boolean;
}

/**
 * Lets `write` make a temporary file beside `path`, flushes it to the disk and renames it to `path`. If
 * anything throws, the temporary file is removed and `path` keeps what it had. Devices, pipes and sockets are refused.
 *
 * @throws LamoError `not-a-file`, `disk-full`, `not-writable`, `write-failed`, `file-exists`, or what `write` throws
 */
export function replaceFile(
  path: string,
  write: (temporary: string) => void,
  { isNew = false }: ReplaceFileOptions = {},
): void {
  const target = writeTarget(path);
  const temporary = temporaryPath(target);
  removeAbandoned(target);
  try {
    rmSync(temporary, { force: true });
    write(temporary);
    flush(temporary);
    if (isNew) placeFile(temporary, target);
    else renameSync(temporary, target);
  } catch (error) {
    removeQuietly(temporary);
    throw LamoError.isInstance(error) ? error : writeError(path, error);
  }
}

/** Of several processes that place a file at the same instant, one succeeds. */
function placeFile(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
    rmSync(temporary);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || existsSync(target)) throw fileExists(target);
    // A file system without hard links: between the look and the renaming another process may place one.
    renameSync(temporary, target);
  }
}

function fileExists(path: string): LamoError {
  return new LamoError({
    where: 'core/files',
    code: 'file-exists',
    problem: `${path} exists already, or was written in the meantime`,
    expected: 'a file that does not exist yet',
  });
}

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
