import { mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LamoError } from './errors';
import { writeError } from './write-error';

/** Makes a folder and those above it; one that exists is left alone. @throws LamoError `disk-full`, `not-writable` */
export function makeFolder(folder: string): void {
  try {
    makeWithin(resolve(folder));
  } catch (cause) {
    throw LamoError.isInstance(cause) ? cause : writeError(folder, cause);
  }
}

/**
 * Makes one folder after the other, from above. Node's own `recursive` tries for ever where a folder takes no others and answers as if
 * it were not there itself, as `/proc` does.
 */
function makeWithin(path: string): void {
  if (look(path)?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeWithin(parent);
  try {
    mkdirSync(path);
  } catch (cause) {
    // Another process may have been faster.
    if (look(path)?.isDirectory()) return;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw isTaken(path, cause);
    throw code === 'ENOENT' && look(parent) !== undefined ? takesNone(path, parent, cause) : cause;
  }
}

function look(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isTaken(path: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'core/files',
    code: 'not-writable',
    problem: `The folder ${path} cannot be made`,
    expected: 'a folder, or a path that does not exist yet',
    received: 'a file, or a link that leads nowhere',
    hint: 'Choose another path.',
    cause,
  });
}

function takesNone(path: string, parent: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'core/files',
    code: 'not-writable',
    problem: `The folder ${path} cannot be made`,
    expected: 'a place on a disk',
    received: `${parent}, which takes no folders`,
    hint: 'Choose another path.',
    cause,
  });
}
