import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { lamo, startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-overwrite-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const settings = ['--dataset', 'data.hdf5', '--steps', '20', '--hidden-size', '8'];
/** Two seeds below one folder; the environment is a setting that the names of their folders do not tell. */
const several = ['train', 'bc', ...settings, '--seeds', '2', '--parallel', '1', '--out', 'several'];
const seedFolder = (seed: number, ...names: string[]) =>
  inFolder('several', `bc-data-hidden-size-8-s${seed}`, ...names);
const MARK = '.lamo-overwriting';

beforeAll(async () => {
  await lamoSucceedsHere(['collect', 'maze2d-umaze-v1', '--rows', '300', '--out', 'data.hdf5'], folder);
});

beforeEach(async () => {
  for (const name of ['single', 'several']) rmSync(inFolder(name), { recursive: true, force: true });
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

/** Keeps a folder's lock, as another process would. */
function occupy(path: string): () => void {
  const lock = join(path, 'lock.json');
  const holder = { pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00.000Z' };
  writeFileSync(lock, JSON.stringify(holder));
  return () => rmSync(lock);
}

it('a failed --overwrite of one run leaves it safe from a --resume with other settings', async () => {
  await lamoSucceedsHere(['train', 'bc', ...settings, '--out', 'single'], folder);
  const before = runContents(inFolder('single'));
  const other = ['train', 'td3-bc', ...settings, '--out', 'single'];
  const free = occupy(inFolder('single'));
  const refused = await lamo([...other, '--overwrite'], folder);
  expect(refused.stderr).toContain('Another process is working on single');
  free();
  const failed = await lamoHere([...other, '--overwrite', '--environment', 'mistyped'], folder);
  expect(failed.code).toBe(1);
  expect(existsSync(inFolder('single', MARK))).toBe(false);
  const { code, stderr } = await lamoHere([...other, '--resume'], folder);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('started with other settings'),
  });
  expect(runContents(inFolder('single'))).toEqual(before);
});

it('a failed --overwrite of several runs leaves no mark in any of them', async () => {
  await lamoSucceedsHere(several, folder);
  const before = [0, 1].map((seed) => runContents(seedFolder(seed)));
  const more = ['--overwrite', '--checkpoint-every', '10'];
  await lamoHere([...several, ...more, '--environment', 'mistyped'], folder);
  const free = occupy(seedFolder(1));
  expect((await lamo([...several, ...more], folder)).stderr).toContain('Another process is working on');
  free();
  expect([0, 1].map((seed) => existsSync(seedFolder(seed, MARK)))).toEqual([false, false]);
  expect([0, 1].map((seed) => runContents(seedFolder(seed)))).toEqual(before);
});

it('what a stopped --overwrite had not come to is replaced only by what was to replace it', async () => {
  await lamoSucceedsHere(several, folder);
  const before = runContents(seedFolder(1));
  const long = several.map((arg) => (arg === '20' ? '1000000' : arg));
  const running = startLamo([...long, '--overwrite'], folder);
  while (!existsSync(seedFolder(1, MARK)) && running.process.exitCode === null) await setTimeout(20);
  running.process.kill('SIGINT');
  const { code, stderr } = await running.outcome;
  expect({ code, stderr }).toEqual({
    code: 130,
    stderr: expect.stringContaining('run the same command with --resume in place of --overwrite'),
  });

  const alone = ['--seed', '1', '--out', join('several', 'bc-data-hidden-size-8-s1'), '--resume'];
  const other = await lamoHere(['train', 'td3-bc', ...settings, ...alone], folder);
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(
    /was to be replaced by a run with other settings.*algorithm "bc".*received algorithm "td3-bc"/,
  );
  expect((await lamoHere([...several, '--resume'], folder)).stderr).toMatch(
    /steps 1000000, received steps 20/,
  );
  expect(runContents(seedFolder(1))).toEqual({
    ...before,
    [MARK]: expect.stringContaining('"steps": 1000000'),
  });
});
