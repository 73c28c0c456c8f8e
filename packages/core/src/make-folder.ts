import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeError } from './write-error';

/** Makes a folder and those above it; one that exists is left alone. @throws LamoError `disk-full`, `not-writable` */
export function makeFolder(folder: string): void {
  try {
    // A relative path would keep Node looking for ever in a working folder that was deleted.
    mkdirSync(resolve(folder), { recursive: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
}
