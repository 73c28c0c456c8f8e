import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning } from './is-running';

/** Returns the path beside `target` that this process writes to before it renames the complete file to `target`. */
export function temporaryPath(target: string): string {
  return join(dirname(target), `${prefixOf(target)}${process.pid}.tmp`);
}

/**
 * Removes temporary files beside `target` from processes on this machine that were killed while writing. Files that cannot be
 * removed are left: they do no harm.
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

/** Process ids only mean something on their own machine. */
function prefixOf(target: string): string {
  const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
  return `.${basename(target)}.${machine}.`;
}
