import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { evaluationRecord, runRecord } from '../../test/run-record';
import { releaseLock, renewLock, takeLock } from './file-lock';
import { LONGEST_SILENCE } from './lock-holder';
import { checkLock, LOCK, withLock } from './lock-run';
import { writeManifest } from './manifest';
import { ownIdentity } from './process-identity';
import { appendEvaluation, appendMetrics, appendTiming, rewindFiles } from './run-files';
import { runFolder } from './run-folder';

const folder = mkdtempSync(join(tmpdir(), 'lamo-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, LOCK);
afterEach(() => rmSync(path, { force: true }));
const refused = (part: string | RegExp) => ({ code: 'run-in-use', message: expect.stringMatching(part) });

const since = '2026-01-01T00:00:00.000Z';
/** Leaves the lock of another process. */
function leaveLock(holder: object): void {
  writeFileSync(path, JSON.stringify({ ...ownIdentity(), since, token: 'other', ...holder }));
}
/** Leaves a lock as version 0.0 wrote it. */
const leaveOldLock = (pid: number, host = hostname()) =>
  writeFileSync(path, JSON.stringify({ pid, host, since }));
/** Makes the last sign of life so many seconds old. */
function age(seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(path, time, time);
}
const ended = () => spawnSync(process.execPath, ['--version']).pid;
const elsewhere = { host: 'elsewhere', machine: 'another boot', pid: 1 };

it('lets one at a time work in a folder, and the next one when that is over', async () => {
  const first = withLock(folder, async () => {
    await expect(withLock(folder, async () => 'second')).rejects.toMatchObject(refused(`${process.pid}`));
    return JSON.parse(readFileSync(path, 'utf8')).pid;
  });
  expect(await first).toBe(process.pid);
  expect(readdirSync(folder)).toEqual([]);
  expect(await withLock(folder, async () => 'third')).toBe('third');
});

it('unlocks the folder when the work fails', async () => {
  await expect(withLock(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

it('makes a folder that is not there', async () => {
  const inside = join(folder, 'new', 'run');
  expect(await withLock(inside, async () => existsSync(join(inside, LOCK)))).toBe(true);
  rmSync(join(folder, 'new'), { recursive: true });
});

describe('takes over the lock', () => {
  it.each([
    ['of a process that has ended', () => leaveLock({ pid: ended(), started: null })],
    ['of an earlier process that had the number of this one', () => leaveLock({})],
    ['of a version that said little, and its process has ended', () => leaveOldLock(ended())],
    ['of a version that said little, and this process has its number', () => leaveOldLock(process.pid)],
    [
      'of one elsewhere that has been silent for long',
      () => {
        leaveLock(elsewhere);
        age(LONGEST_SILENCE + 10);
      },
    ],
    [
      'that says nothing, after a while',
      () => {
        writeFileSync(path, '');
        age(LONGEST_SILENCE + 10);
      },
    ],
  ])('%s', async (_, leave) => {
    leave();
    expect(await withLock(folder, async () => readdirSync(folder))).toEqual([LOCK]);
  });

  it.skipIf(process.platform !== 'linux')('of a process whose number another one has now', async () => {
    leaveLock({ pid: process.ppid, started: '1' });
    expect(await withLock(folder, async () => 'done')).toBe('done');
  });

  it.skipIf(process.platform !== 'linux')(
    'of a process that has ended, and whose parent has not noticed',
    async () => {
      // The shell starts a process, says its number, and turns into one that never asks what became of it.
      const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      try {
        await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /));
        leaveLock({ pid, started: null });
        expect(await withLock(folder, async () => 'done')).toBe('done');
      } finally {
        parent.kill();
      }
    },
  );

  it('of its own job elsewhere, at once, if the scheduler has started that anew', async () => {
    const job = { id: 'cluster/17', restarts: 0 };
    vi.stubEnv('SLURM_JOB_ID', '17').stubEnv('SLURM_CLUSTER_NAME', 'cluster');
    try {
      leaveLock({ ...elsewhere, job });
      // Another process of the same start of the job may well be running.
      await expect(withLock(folder, async () => 'never')).rejects.toMatchObject(refused('elsewhere'));
      vi.stubEnv('SLURM_RESTART_COUNT', '1');
      expect(await withLock(folder, async () => 'done')).toBe('done');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

it.each([
  ['is running', () => leaveLock({ pid: process.ppid, started: null }), `process ${process.ppid}`],
  [
    'is paused here, however long',
    () => {
      leaveLock({ pid: process.ppid, started: null });
      age(10 * LONGEST_SILENCE);
    },
    `process ${process.ppid}`,
  ],
  ['gave a sign of life elsewhere', () => leaveLock(elsewhere), /process 1 of elsewhere.* taken over once/],
  [
    'is elsewhere and of a version without signs of life',
    () => {
      leaveOldLock(1, 'elsewhere');
      age(10 * LONGEST_SILENCE);
    },
    /process 1 of elsewhere.* remove .*lock\.json/,
  ],
  ['cannot be read', () => writeFileSync(path, ''), `remove ${path}`],
])('refuses where the lock is of a process that %s', async (_, leave, part) => {
  leave();
  const before = readFileSync(path, 'utf8');
  await expect(withLock(folder, async () => 'never')).rejects.toMatchObject(refused(part));
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(readdirSync(folder)).toEqual([LOCK]);
});

it('a sign of life is the time at which the file was written last', () => {
  const lock = takeLock(path);
  if (!('file' in lock)) throw new Error('the lock was not free');
  age(1000);
  renewLock(lock);
  expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(60_000);
  releaseLock(lock);
});

it('a process that has lost its lock finds out, and leaves the new one alone', async () => {
  await withLock(folder, async () => {
    checkLock(folder);
    leaveLock(elsewhere);
    expect(() => checkLock(folder)).toThrow(expect.objectContaining({ code: 'lock-lost' }));
  });
  expect(JSON.parse(readFileSync(path, 'utf8')).host).toBe('elsewhere');
  rmSync(path);
  await withLock(folder, async () => {
    rmSync(path);
    expect(() => checkLock(folder)).toThrow(expect.objectContaining({ code: 'lock-lost' }));
  });
});

it('nothing is written to a run whose lock was lost', async () => {
  const run = runFolder(folder);
  const evaluation = evaluationRecord([1]);
  const writers: readonly (() => unknown)[] = [
    () => appendMetrics(run, { step: 1, metrics: { loss: 1 } }),
    () => appendTiming(run, { step: 1, activity: 'training', seconds: 1 }),
    () => appendEvaluation(run, { evaluation }),
    () => rewindFiles(run, 0, 1),
    () => writeManifest(run, runRecord().manifest),
  ];
  await withLock(folder, async () => {
    for (const write of writers) write();
    const names = readdirSync(folder).filter((name) => name !== LOCK);
    const before = names.map((name) => readFileSync(join(folder, name), 'utf8'));
    leaveLock(elsewhere);
    for (const write of writers) expect(write).toThrow(expect.objectContaining({ code: 'lock-lost' }));
    expect(names.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(before);
    for (const name of names) rmSync(join(folder, name));
  });
});

it('what killed processes left beside the lock goes when the next one takes it', async () => {
  const gone = JSON.stringify({ ...ownIdentity(), pid: ended(), started: null, since, token: 'x' });
  writeFileSync(`${path}.0123456789ab.tmp`, gone);
  writeFileSync(`${path}.0123456789ab`, gone);
  expect(await withLock(folder, async () => readdirSync(folder))).toEqual([LOCK]);
});
