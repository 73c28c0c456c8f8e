import { join, resolve } from 'node:path';
import { makeFolder } from '@lamo/core';
import {
  type FileLock,
  isHeld,
  isOccupied,
  releaseLock,
  removeDeadCandidates,
  renewLock,
  takeLock,
} from './file-lock';
import { lockLostError, occupiedError } from './lock-errors';

/** The file of a run's folder that says who works on it, while somebody does. */
export const LOCK = 'lock.json';

/** Tells whether a name in a run's folder is of its lock, or of one that is being taken. */
export function isLockFile(name: string): boolean {
  return name === LOCK || name.startsWith(`${LOCK}.`);
}

/** Seconds between signs of life. */
const HEARTBEAT = 15;

/** The locks of this process, by their files. */
const locks = new Map<string, FileLock>();

/**
 * Works on the run in a folder as the only one who does; the folder is made if it is not there. The lock of a process
 * that is gone is taken over.
 *
 * @throws LamoError `run-in-use`, `not-writable`, `disk-full`, and what `work` throws
 */
export function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  makeFolder(folder);
  return withLockFile(join(folder, LOCK), folder, work);
}

/**
 * Works on something as the only one who does, as {@link withLock}, with a lock of any name.
 *
 * @param what is worked on, for the error
 * @throws LamoError as {@link withLock}
 */
export async function withLockFile<T>(file: string, what: string, work: () => Promise<T>): Promise<T> {
  const lock = takeLock(file);
  if (isOccupied(lock)) throw occupiedError(file, lock, what);
  const key = resolve(file);
  locks.set(key, lock);
  const heartbeat = setInterval(() => beat(lock), 1000 * HEARTBEAT).unref();
  try {
    removeDeadCandidates(lock.path);
    return await work();
  } finally {
    clearInterval(heartbeat);
    locks.delete(key);
    releaseLock(lock);
  }
}

/**
 * Checks that a run which this process works on is still its own, to be called before anything is written. A process
 * that was paused, or cut off from a shared disk, for so long that another one has taken over ends here. Folders that
 * this process has not locked are not checked.
 *
 * @throws LamoError `lock-lost`
 */
export function checkLock(folder: string): void {
  const lock = locks.get(resolve(folder, LOCK));
  if (lock !== undefined && !isHeld(lock)) throw lockLostError(folder);
}

/** A disk that is full or away for a moment ends no run: the next write will say so, if it still is. */
function beat(lock: FileLock): void {
  try {
    renewLock(lock);
  } catch {}
}
