import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning } from './is-running';

/** Names the file beside `target` that this process writes first, to give it the target's name once it is whole. */
export function temporaryPath(target: string): string {
  return join(dirname(target), `${prefixOf(target)}${process.pid}.tmp`);
}

/**
 * Removes what processes of this machine that were killed while they wrote to `target` have left beside it. What cannot be
 * removed stays: it is in nobody's way.
 */
export function removeAbandoned(target: string): void {
  const prefix = prefixOf(target);
  try {
    for (const name of readdirSync(dirname(target))) {
      const [, pid] = name.startsWith(prefix) ? (/^(\d+)\.tmp$/.exec(name.slice(prefix.length)) ?? []) : [];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(target), name), { force: true });
    }
  } catch {}
}

/** Numbers of processes mean something on their own machine only. */
function prefixOf(target: string): string {
  const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
  return `.${basename(target)}.${machine}.`;
}
