import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeError } from '@lamo/core';
import { digest } from './digest';
import { occupiedError } from './lock-errors';
import {
  type FoundLock,
  isGone,
  LONGEST_SILENCE,
  type LockHolder,
  type Occupied,
  ownLocks,
  readLock,
  readText,
} from './lock-holder';
import { ownIdentity } from './process-identity';

/** A lock that this process has, until {@link release}. */
export interface FileLock {
  readonly path: string;
  /** What its file says. */
  readonly text: string;
  /** The open file, whatever may have its name later. */
  file: number;
}

/** Several processes may find that the holder of a lock is gone; each waits at most so many seconds for another one. */
const LONGEST_TAKEOVER = 10;

/**
 * Takes a lock: a file that only one process can have. That of a process that has ended is taken over, and so is that of
 * one elsewhere that has given no sign of life for {@link LONGEST_SILENCE} seconds.
 *
 * The file gets its name by a hard link, with its contents already in it, so that no two processes make it and none sees
 * half of it. To replace the lock of one that is gone takes a lock of its own, on that very lock; only who has it, and
 * still finds the same lock in place, renames a new one over it.
 *
 * @throws LamoError `not-writable`, `disk-full`
 */
export function takeLock(path: string): FileLock | Occupied {
  const lock = createCandidate(path);
  const candidate = candidatePath(lock);
  const now = statSync(candidate).mtimeMs; // by the clock of the file system, which other machines share
  const end = performance.now() + 1000 * LONGEST_TAKEOVER;
  let isTaken = false;
  try {
    for (;;) {
      isTaken ||= claimName(candidate, lock);
      if (isTaken) return lock;
      const found = readLock(path, now);
      if (found === undefined) continue; // let go in the meantime
      if (!isGone(found) || performance.now() > end) return found;
      isTaken = replace(found, candidate, path);
      if (!isTaken) pause();
    }
  } finally {
    rmSync(candidate, { force: true });
    if (!isTaken) forget(lock);
  }
}

/** Tells whether a lock is still this process's. One that was paused for long may have lost it. */
export function isHeld({ path, text }: FileLock): boolean {
  return readText(path) === text;
}

/** Gives a sign of life: the file's time of change becomes now, by the clock of its file system. */
export function renewLock({ file, text }: FileLock): void {
  writeSync(file, text, 0);
}

/** Lets go of a lock; one that was lost is left alone. */
export function releaseLock(lock: FileLock): void {
  if (isHeld(lock)) rmSync(lock.path, { force: true });
  forget(lock);
}

function forget({ text, file }: FileLock): void {
  ownLocks.delete(text);
  closeSync(file);
}

/** Takes a lock that everybody has for a moment only, waiting for it, and lets go of it after some work. */
export function withFileLock<T>(path: string, work: () => T): T {
  const end = performance.now() + 1000 * LONGEST_SILENCE;
  for (;;) {
    const lock = takeLock(path);
    if (!isOccupied(lock)) {
      try {
        removeDeadCandidates(path);
        return work();
      } finally {
        releaseLock(lock);
      }
    }
    if (performance.now() > end) throw occupiedError(path, lock);
    pause();
  }
}

/** Removes what processes that have ended left of a lock they never got. */
export function removeDeadCandidates(path: string): void {
  const folder = dirname(path);
  const now = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const found = readLock(join(folder, name), now);
    if (found !== undefined && isGone(found)) rmSync(join(folder, name), { force: true });
  }
}

/** Tells what {@link takeLock} came back with. */
export function isOccupied(result: FileLock | Occupied): result is Occupied {
  return 'silence' in result;
}

function createCandidate(path: string): FileLock {
  const token = randomUUID().slice(0, 13);
  const holder: LockHolder = { ...ownIdentity(), since: new Date().toISOString(), token };
  const text = `${JSON.stringify(holder)}\n`;
  const candidate = candidatePath({ path, text });
  try {
    const file = openSync(candidate, 'wx+');
    try {
      writeSync(file, text);
      fsyncSync(file);
      ownLocks.add(text);
      return { path, text, file };
    } catch (cause) {
      closeSync(file);
      throw cause;
    }
  } catch (cause) {
    rmSync(candidate, { force: true });
    throw writeError(path, cause);
  }
}

function candidatePath({ path, text }: Pick<FileLock, 'path' | 'text'>): string {
  return `${path}.${digest(text, 12)}.tmp`;
}

/** Gives a candidate the name of the lock, unless that is taken. */
function claimName(candidate: string, lock: FileLock): boolean {
  try {
    linkSync(candidate, lock.path);
    return true;
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) return claimWithoutLink(lock);
    throw writeError(lock.path, cause);
  }
}

/** Not every file system has hard links. Without them, others may see the file before its contents. */
function claimWithoutLink(lock: FileLock): boolean {
  try {
    const file = openSync(lock.path, 'wx+');
    writeSync(file, lock.text);
    closeSync(lock.file);
    lock.file = file;
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw writeError(lock.path, cause);
  }
}

/** Renames a candidate over the lock of one that is gone. @returns false if another process was faster, or is about to be */
function replace({ text }: FoundLock, candidate: string, path: string): boolean {
  const right = takeLock(`${path}.${digest(text, 12)}`);
  if (isOccupied(right)) return false;
  try {
    if (readText(path) !== text) return false;
    renameSync(candidate, path);
    return true;
  } finally {
    releaseLock(right);
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Lets other processes go first, for some milliseconds. */
function pause(): void {
  Atomics.wait(nothing, 0, 0, 2 + Math.random() * 8);
}
