import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { afterAll, expect, it, vi } from 'vitest';
import { lamo, lamoSucceeds, stopAll } from './lamo';

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

  const actions = join(folder, 'days/1-actions.bin');
  const damaged = readFileSync(actions);
  damaged[9]! ^= 1;
  writeFileSync(actions, damaged);
  const verified = await lamo(['data', 'verify', 'days'], folder);
  expect([verified.code, verified.stderr]).toEqual([1, expect.stringContaining('1-actions.bin')]);
});
