import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Makes a folder for one test file, which is removed after its tests. @returns makes up a path in it that is not used yet */
export function temporaryPlaces(name: string): (ending?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), `lamo-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  let made = 0;
  return (ending = '') => join(folder, `${made++}${ending}`);
}
