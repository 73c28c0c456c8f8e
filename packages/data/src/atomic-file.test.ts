import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile, writeFileAtomic } from './atomic-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  it('writes text and bytes, replaces what was there and leaves no temporary file', () => {
    const path = join(folder, 'file');
    writeFileAtomic(path, 'first');
    writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    expect(Array.from(readFileSync(path))).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each([
    ['a folder that does not exist', 'missing/file', 'Received a folder that does not exist'],
    ['a folder that is a file', 'plain/file', 'a folder that is a file'],
    ['a folder as the target', 'folder', 'a folder'],
  ])('refuses %s', (_, name, reason) => {
    writeFileSync(join(folder, 'plain'), '');
    mkdirSync(join(folder, 'folder'));
    const path = join(folder, name);
    const message = expect.stringContaining(path);
    expect(() => writeFileAtomic(path, 'x')).toThrow(
      expect.objectContaining({ code: 'not-writable', message }),
    );
    expect(() => writeFileAtomic(path, 'x')).toThrow(new RegExp(reason, 'i'));
    expect(readdirSync(folder).sort()).toEqual(['folder', 'plain']);
  });
});

describe('replaceFile', () => {
  it('keeps the old file and removes the temporary one if the writer fails half-way', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const fail = () =>
      replaceFile(path, (temporary) => {
        writeFileSync(temporary, 'half');
        throw new TypeError('half-way');
      });
    expect(fail).toThrow(expect.objectContaining({ code: 'write-failed' }));
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  // Every write to this device fails as on a full disk: the error is the kernel's own.
  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    expect(() => replaceFile(path, () => writeFileSync('/dev/full', 'x'))).toThrow(
      expect.objectContaining({ code: 'disk-full', message: expect.stringContaining('no room on the disk') }),
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
