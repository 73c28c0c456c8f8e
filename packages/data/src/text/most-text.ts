import { statSync } from 'node:fs';

/** Text packs to a third or a tenth; a file that grows more than so many times was made to fill disks. */
export const MOST_GROWTH = 200;
const ALWAYS_ALLOWED = 64 * 2 ** 20;

/** Says how much text may come out of a packed file: so many bytes or, which are no more, characters. */
export function mostText(path: string): number {
  return MOST_GROWTH * (statSync(path, { throwIfNoEntry: false })?.size ?? 0) + ALWAYS_ALLOWED;
}
