import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LOCK, withLock } from './lock-run';

const folder = mkdtempSync(join(tmpdir(), 'lamo-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, LOCK);
const refused = (part: string) => ({ code: 'run-in-use', message: expect.stringContaining(part) });

/** Leaves the lock of another process. */
function leaveLock(pid: number, host = hostname()): void {
  writeFileSync(path, JSON.stringify({ pid, host, since: '2026-01-01T00:00:00.000Z' }));
}

it('lets one at a time work in a folder, and the next one when that is over', async () => {
  const first = withLock(folder, async () => {
    await expect(withLock(folder, async () => 'second')).rejects.toMatchObject(refused(`${process.pid}`));
    return JSON.parse(readFileSync(path, 'utf8')).pid;
  });
  expect(await first).toBe(process.pid);
  expect(existsSync(path)).toBe(false);
  expect(await withLock(folder, async () => 'third')).toBe('third');
});

it('unlocks the folder when the work fails', async () => {
  await expect(withLock(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

it('makes a folder that is not there', async () => {
  const inside = join(folder, 'new', 'run');
  expect(await withLock(inside, async () => existsSync(join(inside, LOCK)))).toBe(true);
});

it('takes over the lock of a process that is gone', async () => {
  leaveLock(spawnSync(process.execPath, ['--version']).pid);
  expect(await withLock(folder, async () => 'done')).toBe('done');
});

it('takes over the lock of an earlier process that had the number of this one', async () => {
  leaveLock(process.pid);
  expect(await withLock(folder, async () => 'done')).toBe('done');
});

it.each([
  ['is running', () => leaveLock(process.ppid), `process ${process.ppid}`],
  ['is on another machine', () => leaveLock(1, 'elsewhere'), 'process 1 of elsewhere'],
  ['cannot be read', () => writeFileSync(path, ''), `remove ${path}`],
])('refuses where the lock is of a process that %s', async (_, leave, part) => {
  leave();
  await expect(withLock(folder, async () => 'never')).rejects.toMatchObject(refused(part));
  expect(existsSync(path)).toBe(true);
  rmSync(path);
});
