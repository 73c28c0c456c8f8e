import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LamoError, makeFolder, writeError } from '@lamo/data';

/** Who works on a run. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** The file of a run's folder that says who works on it, while somebody does. */
export const LOCK = 'lock.json';

/** Locks of this process: another one may have had its number before. */
const own = new Set<string>();

/**
 * Works on the run in a folder as the only one who does; the folder is made if it is not there. The lock of a process
 * that is gone is taken over.
 *
 * @throws LamoError `run-in-use`, `not-writable`, `disk-full`, and what `work` throws
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  makeFolder(folder);
  const path = join(folder, LOCK);
  lock(folder, path);
  own.add(path);
  try {
    return await work();
  } finally {
    own.delete(path);
    rmSync(path, { force: true });
  }
}

function lock(folder: string, path: string): void {
  if (create(path)) return;
  const holder = readHolder(path);
  if (isGone(holder, path)) {
    rmSync(path, { force: true });
    if (create(path)) return;
  }
  throw new LamoError({
    where: 'cli/run',
    code: 'run-in-use',
    problem: `Another process is working on the run ${folder}`,
    expected: 'one at a time',
    ...(holder && { received: `process ${holder.pid} of ${holder.host}, since ${holder.since}` }),
    hint: `Wait for it, or stop it. If there is no such process any more, remove ${path}.`,
  });
}

/** Writes the lock, unless there is one. */
function create(path: string): boolean {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx', flush: true });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    rmSync(path, { force: true });
    throw writeError(path, cause);
  }
}

/** Undefined if the file says nothing that can be read. */
function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Of other machines nothing is known. */
function isGone(holder: Holder | undefined, path: string): boolean {
  if (holder?.host !== hostname()) return false;
  return holder.pid === process.pid ? !own.has(path) : !isRunning(holder.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Processes of others are there, and may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
