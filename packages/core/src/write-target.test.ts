import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from './atomic-file';
import { checkWritable, writeTarget } from './write-target';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-target-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusal = (received: string) =>
  expect.objectContaining({ code: 'not-a-file', message: expect.stringContaining(`received ${received}`) });

/** Everything that writes to a path, and the check before. */
const writers: readonly [string, (path: string) => unknown][] = [
  ['writeFileAtomic', (path) => writeFileAtomic(path, 'new')],
  ['checkWritable', checkWritable],
  ['writeTarget', writeTarget],
];

describe.skipIf(process.platform === 'win32').each(writers)('%s', (_, write) => {
  it('refuses a pipe and a link to one, and leaves both as they are', () => {
    execFileSync('mkfifo', [path]);
    symlinkSync('file', join(folder, 'link'));
    symlinkSync('link', join(folder, 'link-to-link'));
    for (const name of ['file', 'link', 'link-to-link']) {
      expect(() => write(join(folder, name))).toThrow(refusal('a named pipe'));
    }
    expect(lstatSync(path).isFIFO()).toBe(true);
    expect(readlinkSync(join(folder, 'link'))).toBe('file');
    expect(readdirSync(folder).sort()).toEqual(['file', 'link', 'link-to-link']);
  });

  it('refuses a link that leads back to itself', () => {
    symlinkSync('file', path);
    expect(() => write(path)).toThrow(refusal('a link that leads back to itself'));
  });

  it('refuses a folder, and what cannot be below a file', () => {
    mkdirSync(path);
    expect(() => write(path)).toThrow(expect.objectContaining({ code: 'not-writable' }));
    writeFileSync(join(folder, 'plain'), '');
    expect(() => write(join(folder, 'plain', 'file'))).toThrow(
      expect.objectContaining({ code: 'not-writable' }),
    );
  });
});

it.skipIf(process.platform === 'win32')('a device is told from a file without being touched', () => {
  expect(() => writeTarget('/dev/zero')).toThrow(refusal('a device'));
});

it.skipIf(process.platform === 'win32')('a file is written where links lead, and the links stay', () => {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync('elsewhere', join(folder, 'there'));
  symlinkSync(join('there', 'target'), path); // dangling: the file is made where it leads
  for (const contents of ['first', 'second']) {
    writeFileAtomic(path, contents);
    expect(readFileSync(join(elsewhere, 'target'), 'utf8')).toBe(contents);
  }
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readdirSync(elsewhere)).toEqual(['target']);
});

describe('checkWritable', () => {
  it('lets pass what can be written, the folders above it included, and leaves nothing behind', () => {
    writeFileSync(path, 'old');
    checkWritable(path);
    checkWritable(join(folder, 'a', 'b', 'file'));
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  // The administrator may write everywhere but to the file systems of the kernel.
  it('refuses a folder that may not be written to', () => {
    chmodSync(folder, 0o500);
    const closed = process.getuid?.() === 0 ? '/proc/lamo/file' : join(folder, 'sub', 'file');
    expect(() => checkWritable(closed)).toThrow(expect.objectContaining({ code: 'not-writable' }));
    chmodSync(folder, 0o700);
  });
});
