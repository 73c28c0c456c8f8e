import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder';

const folder = mkdtempSync(join(tmpdir(), 'lamo-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('makeFolder', () => {
  it('makes a folder and those above it, and leaves one alone that is there', () => {
    const inner = join(folder, 'a', 'b', 'c');
    makeFolder(inner);
    writeFileSync(join(inner, 'kept'), '');
    makeFolder(inner);
    expect(existsSync(join(inner, 'kept'))).toBe(true);
  });

  it('follows a link to a folder', () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'), 'junction');
    makeFolder(join(folder, 'link', 'inner'));
    expect(existsSync(join(folder, 'real', 'inner'))).toBe(true);
  });

  it('says that a file is in the way', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file', 'inner')])
      expect(() => makeFolder(path)).toThrow(
        /file.* cannot be (made|written)\..*received a (folder that is a )?file/,
      );
  });

  // A folder that answers to `mkdir` as if it were not there.
  it.runIf(process.platform === 'linux')(
    'refuses a place that takes no folders, and does not try for ever',
    () => {
      for (const path of ['/proc/lamo', '/proc/lamo/sets'])
        expect(() => makeFolder(path)).toThrow(
          /\/proc\/lamo cannot be made\..*\/proc, which takes no folders/,
        );
    },
  );
});
