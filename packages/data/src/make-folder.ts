import { mkdirSync } from 'node:fs';
import { writeError } from './atomic-file';

/** Makes a folder and those above it; one that exists is left alone. @throws LamoError `disk-full`, `not-writable` */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
}
