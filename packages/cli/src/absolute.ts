import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Makes a path absolute if it exists; anything else, such as a name on the hub, is left unchanged. */
export function absolute(nameOrPath: string): string {
  return existsSync(nameOrPath) ? resolve(nameOrPath) : nameOrPath;
}
