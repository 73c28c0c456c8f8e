import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { Rng } from '@lamo/core';
import { createDataset, writeD4rl } from '@lamo/data';
import { afterAll, expect, it, vi } from 'vitest';
import { withLock } from '../src/run/lock-run';
import { lamo, lamoSucceeds, startLamo, stopAll } from './lamo';

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-prepare-'));
afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = [
  '--observation',
  'room,weather',
  '--action',
  'heater',
  '--ends',
  'truncated',
  '--fill',
  'room=mean',
];

/** A log of so many days, a row an hour. */
function writeDays(name: string, days: number): string {
  const rng = Rng.fromSeed(0);
  const lines = ['episode,room,weather,heater,reward'];
  for (let row = 0; row < 24 * days; row++) {
    const room = row % 50 === 7 ? '' : rng.uniform(15, 22).toFixed(3);
    lines.push(
      `day-${Math.floor(row / 24)},${room},${['sun', 'rain'][rng.integer(2)]},${rng.integer(4)},${-rng.integer(9)}`,
    );
  }
  writeFileSync(join(folder, name), lines.join('\n'));
  return name;
}

it('prepares a log once, and trainings learn the same from it', async () => {
  const log = writeDays('days.csv', 20);
  const first = await lamoSucceeds(['data', 'prepare', log, ...COLUMNS, '--out', 'days', '--json'], folder);
  const { rows, bytes, hash, wasThere, read } = JSON.parse(first.stdout);
  expect([rows, bytes, wasThere]).toEqual([480, 480 * (3 * 4 + 4 + 4 + 2), false]);
  expect(read.map(({ name }: { name: string }) => name)).toContain('weather');
  expect(first.stderr).toMatch(/10 of .*room/);
  const again = await lamoSucceeds(['data', 'prepare', log, ...COLUMNS, '--out', 'days'], folder);
  expect(again.stdout + again.stderr).toMatch(/days was there already: 480 rows/);
  const settings = [
    '--steps',
    '20',
    '--hidden-size',
    '8',
    '--held-out',
    '0',
    '--action-low',
    '0',
    '--action-high',
    '3',
  ];
  await lamoSucceeds(['train', 'bc', '--dataset', log, ...COLUMNS, ...settings, '--out', 'a'], folder);
  await lamoSucceeds(['train', 'bc', '--dataset', 'days', ...settings, '--out', 'b'], folder);
  const manifest = (run: string) => JSON.parse(readFileSync(join(folder, run, 'manifest.json'), 'utf8'));
  expect([manifest('a').dataset.hash, manifest('b').dataset.hash]).toEqual([hash, hash]);
  const metrics = (run: string) =>
    readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8').replace(/"seconds":[\d.]+/g, '');
  expect(metrics('b')).toBe(metrics('a'));
  const described = await lamoSucceeds(['data', 'describe', 'days'], folder);
  expect(described.stdout).toMatch(/weather +2 categories: rain, sun/);
  await lamoSucceeds(['data', 'verify', 'days'], folder);

  const options = await lamo(['data', 'prepare', log, ...COLUMNS, '--one-step', '--out', 'days'], folder);
  expect([options.code, options.stderr]).toEqual([
    1,
    expect.stringMatching(/made of something else[\s\S]*--overwrite/),
  ]);
  utimesSync(join(folder, log), 1, 1);
  expect((await lamo(['data', 'prepare', log, ...COLUMNS, '--out', 'days'], folder)).code).toBe(1);
  await lamoSucceeds(['data', 'prepare', log, ...COLUMNS, '--out', 'days', '--overwrite'], folder);

  await lamoSucceeds(['inspect', 'days'], folder);

  // Of the second dataset there: the first one was whole until it was.
  const actions = join(folder, 'days/1-actions.2.bin');
  const damaged = readFileSync(actions);
  damaged[9]! ^= 1;
  writeFileSync(actions, damaged);
  const verified = await lamo(['data', 'verify', 'days'], folder);
  expect([verified.code, verified.stderr]).toEqual([1, expect.stringContaining('1-actions.2.bin')]);
});

it('stops at Ctrl-C whatever it reads, and goes on with the same command', async () => {
  const rows = 2 ** 20;
  const column = Float32Array.from({ length: rows }, (_, row) => row);
  await writeD4rl(
    createDataset({
      ...{ observations: column, actions: column, rewards: column },
      ...{ observationSize: 1, actionSize: 1, terminated: new Uint8Array(rows) },
    }),
    join(folder, 'large.hdf5'),
  );
  const prepare = ['data', 'prepare', 'large.hdf5', '--out', 'large'];
  const running = startLamo(prepare, folder);
  // It is there before anything is read.
  while (!existsSync(join(folder, 'large/preparing.json'))) await setTimeout(1);
  running.process.kill('SIGINT');
  const { code, stderr } = await running.outcome;
  expect([code, stderr]).toEqual([130, expect.stringMatching(/Stopping/)]);
  expect((await lamoSucceeds(prepare, folder)).stdout).toMatch(/large: 1,048,576 rows/);
});

it('lets one process write into a folder, by whatever path', async () => {
  const log = writeDays('one.csv', 2);
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  const before = readdirSync(folder);
  const prepare = () => lamo(['data', 'prepare', log, ...COLUMNS, '--out', 'link'], folder);
  const second = await withLock(join(folder, 'real'), prepare);
  expect([second.code, second.stderr]).toEqual([
    1,
    expect.stringMatching(/Another process is working on link/),
  ]);
  expect((await prepare()).code).toBe(0);
  // Nothing beside it: the folder above may be one that cannot be written.
  expect(readdirSync(folder)).toEqual(before);
});

it('leaves nothing where it fails, and says what is wrong', async () => {
  const log = writeDays('names.csv', 2);
  for (const [source, out, problem] of [
    ['none.csv', 'nothing', /does not exist/],
    [log, 'n'.repeat(300), /ENAMETOOLONG/],
    [log, log, /cannot be made/],
  ] as const) {
    const before = readdirSync(folder);
    const { code, stderr } = await lamo(['data', 'prepare', source, ...COLUMNS, '--out', out], folder);
    expect([code, stderr]).toEqual([1, expect.stringMatching(problem)]);
    expect(stderr).not.toMatch(/bug/);
    expect(readdirSync(folder)).toEqual(before);
  }
});

it('passes no damage on to what is made of a prepared dataset', async () => {
  const log = writeDays('damaged.csv', 2);
  await lamoSucceeds(['data', 'prepare', log, ...COLUMNS, '--out', 'damaged'], folder);
  // As of one that is too large to be compared with its sums when it is opened.
  const manifest = join(folder, 'damaged/lamo-dataset.json');
  const { crc32: _, ...stated } = JSON.parse(readFileSync(manifest, 'utf8'));
  const changed = { ...stated, sha256: '0'.repeat(64) };
  writeFileSync(manifest, JSON.stringify({ ...changed, crc32: crc32(JSON.stringify(changed)) }));
  for (const args of [
    ['convert', 'damaged', '--out', 'passed.hdf5'],
    ['subsample', 'damaged', '--ratio', '0.5', '--out', 'passed.hdf5'],
    ['prepare', 'damaged', '--out', 'passed.hdf5'],
  ]) {
    const { code, stderr } = await lamo(['data', ...args], folder);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/is not what was written/)]);
    expect(existsSync(join(folder, 'passed.hdf5'))).toBe(false);
  }
});
