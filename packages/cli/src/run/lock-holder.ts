import { readFileSync, statSync } from 'node:fs';
import { writeError } from '@lamo/core';
import { z } from 'zod';
import { hasEnded, isHere, type ProcessIdentity, processIdentity } from './process-identity';

/** Who holds a lock. */
export interface LockHolder extends ProcessIdentity {
  /** ISO 8601. */
  readonly since: string;
  /** Differs for every lock that was ever taken. Null in those of version 0.0, which gave no signs of life either. */
  readonly token: string | null;
}

const lockHolder: z.ZodType<LockHolder> = z.intersection(
  processIdentity,
  z.looseObject({ since: z.string(), token: z.string().nullable().default(null) }),
);

/** A lock that somebody else has. */
export interface Occupied {
  /** Undefined if its file says nothing that can be read. */
  readonly holder: LockHolder | undefined;
  /** Seconds since its last sign of life. */
  readonly silence: number;
}

/** After so many seconds without a sign of life, the holder of a lock is taken for gone. */
export const LONGEST_SILENCE = 120;

/** A lock as it was found, and what its file said. */
export type FoundLock = Occupied & { readonly text: string };

/** What the locks of this process say: an earlier one may have had its number. */
export const ownLocks = new Set<string>();

/**
 * Reads a lock; undefined if there is none.
 *
 * @param now by the clock of its file system, in milliseconds
 */
export function readLock(path: string, now: number): FoundLock | undefined {
  const text = readText(path);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (text === undefined || stats === undefined) return undefined;
  return { text, holder: parse(text), silence: Math.max(0, now - stats.mtimeMs) / 1000 };
}

/** Tells whether nobody has a lock any more, though its file is there. */
export function isGone({ holder, silence, text }: FoundLock): boolean {
  if (holder === undefined) return silence > LONGEST_SILENCE;
  if (holder.pid === process.pid && isHere(holder)) return !ownLocks.has(text);
  return hasEnded(holder) ?? (holder.token !== null && silence > LONGEST_SILENCE);
}

/** Reads what a lock's file says; undefined if there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw writeError(path, cause);
  }
}

function parse(text: string): LockHolder | undefined {
  try {
    return lockHolder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
