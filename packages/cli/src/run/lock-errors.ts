import { LamoError } from '@lamo/core';
import { formatDuration } from '../terminal/format';
import { LONGEST_SILENCE, type LockHolder, type Occupied } from './lock-holder';
import { isHere } from './process-identity';

/** Says who has the lock that was wanted, and what to do about it. */
export function occupiedError(
  path: string,
  { holder, silence }: Occupied,
  what = path.replace(/[/\\][^/\\]*$/, ''),
): LamoError {
  return new LamoError({
    where: 'cli/run',
    code: 'run-in-use',
    problem: `Another process is working on ${what}`,
    expected: 'one at a time',
    ...(holder && { received: describe(holder, silence) }),
    hint: adviceFor(path, holder),
  });
}

function describe({ pid, host, since, token }: LockHolder, silence: number): string {
  const sign = token === null ? '' : `, last sign of life ${formatDuration(silence)} ago`;
  return `process ${pid} of ${host}, since ${since}${sign}`;
}

function adviceFor(path: string, holder: LockHolder | undefined): string {
  const wait = `once it has given no sign of life for ${formatDuration(LONGEST_SILENCE)}`;
  if (holder === undefined) return `Wait for it: its lock is taken over ${wait}, or remove ${path}.`;
  if (isHere(holder)) return 'Wait for it, or stop it.';
  if (holder.token === null)
    return `Wait for it, or stop it. If that process no longer exists, remove ${path}.`;
  return `Wait for it, or stop it. If it is gone, its lock is taken over ${wait}.`;
}

/** Says that this process has lost the lock of a folder, and must write nothing more. */
export function lockLostError(folder: string): LamoError {
  return new LamoError({
    where: 'cli/run',
    code: 'lock-lost',
    problem: `This process no longer holds the lock of ${folder}: it was removed, or taken over by another process after this one had been paused for long`,
    expected: 'one process at a time',
    hint: 'Nothing was written since. Let the other process finish, or continue from the last checkpoint with --resume.',
  });
}
