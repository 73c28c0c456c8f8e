import { lstatSync, readlinkSync, realpathSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LamoError } from './errors';
import { removeAbandoned, temporaryPath } from './temporary-file';
import { writeError } from './write-error';

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * Finds the file that writing to a path creates or replaces: the path itself, or the file that it links to.
 *
 * @throws LamoError `not-a-file` for devices, pipes and sockets, which a rename would destroy; `not-writable`
 */
export function writeTarget(path: string): string {
  let target = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const stats = look(path, target);
    if (stats === undefined || stats.isFile()) return target;
    if (stats.isDirectory()) throw writeError(path, Object.assign(new Error('a folder'), { code: 'EISDIR' }));
    if (!stats.isSymbolicLink()) throw notAFile(path, kindOf(stats));
    target = resolve(realpathSync(dirname(target)), readlinkSync(target));
  }
  throw notAFile(path, 'a link that leads back to itself');
}

/**
 * Checks that a file can be written to a path, before any work is done for it. Parent folders may be missing if they can
 * be created. Leaves nothing behind.
 *
 * @throws LamoError `not-a-file`, `not-writable`, `disk-full`
 */
export function checkWritable(path: string): void {
  let folder = dirname(writeTarget(path));
  while (!exists(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    // Permissions are not enough: the file system may be read-only, or the folder deleted while a process is still in it.
    const trial = join(folder, 'lamo');
    removeAbandoned(trial);
    writeFileSync(temporaryPath(trial), '');
    rmSync(temporaryPath(trial));
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function look(path: string, target: string): Stats | undefined {
  try {
    return lstatSync(target, { throwIfNoEntry: false });
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function exists(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

function notAFile(path: string, received: string): LamoError {
  return new LamoError({
    where: 'core/files',
    code: 'not-a-file',
    problem: `${path} exists but is not a regular file, so it will not be replaced`,
    expected: 'a file, a link to one, or a path that does not exist yet',
    received,
    hint: 'Choose another path.',
  });
}
