import { spawnSync } from 'node:child_process';
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
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile, writeFileAtomic } from './atomic-file';
import { temporaryPath } from './temporary-file';

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

it('removes what killed processes left beside the file, and nothing else', () => {
  const path = join(folder, 'file');
  const killed = String(spawnSync(process.execPath, ['--version']).pid);
  const names = [killed, String(process.ppid), 'x'].map((pid) =>
    basename(temporaryPath(path)).replace(`.${process.pid}.`, `.${pid}.`),
  );
  for (const name of [...names, `.file.other0.${killed}.tmp`, `.file2.${killed}.tmp`]) {
    writeFileSync(join(folder, name), 'half');
  }
  writeFileAtomic(path, 'whole');
  const kept = [...names.slice(1), `.file.other0.${killed}.tmp`, `.file2.${killed}.tmp`, 'file'];
  expect(readdirSync(folder).sort()).toEqual(kept.sort());
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
      expect.objectContaining({ code: 'disk-full', message: expect.stringContaining('disk is full') }),
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('replaceFile with isNew', () => {
  const own = (temporary: string) => writeFileSync(temporary, 'own');

  it('writes a file that is not there, and leaves no temporary one', () => {
    const path = join(folder, 'file');
    replaceFile(path, own, { isNew: true });
    expect(readFileSync(path, 'utf8')).toBe('own');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('keeps a file that another process has written in the meantime', () => {
    const path = join(folder, 'file');
    const late = (temporary: string) => {
      own(temporary);
      writeFileSync(path, 'other');
    };
    expect(() => replaceFile(path, late, { isNew: true })).toThrow('was written in the meantime');
    expect(readFileSync(path, 'utf8')).toBe('other');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
