import { statSync } from 'node:fs';

/** Text compresses to between a third and a tenth; a file that expands more than this was made to fill disks. */
export const MOST_GROWTH = 200;
const ALWAYS_ALLOWED = 64 * 2 ** 20;

/** Returns how much text a compressed file may expand to, in bytes; never more characters than that. */
export function mostText(path: string): number {
  return MOST_GROWTH * (statSync(path, { throwIfNoEntry: false })?.size ?? 0) + ALWAYS_ALLOWED;
}
