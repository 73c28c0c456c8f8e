import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Makes a path good from every folder; what is no file here, such as a name of the hub, stays as it is. */
export function absolute(nameOrPath: string): string {
  return existsSync(nameOrPath) ? resolve(nameOrPath) : nameOrPath;
}
