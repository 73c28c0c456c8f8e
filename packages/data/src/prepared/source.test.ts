import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryPlaces } from '../../test/temporary-places';
import { verifyDataset } from '../hash-dataset';
import { readDataset } from '../read-dataset';
import { type PrepareOptions, prepareDataset } from './prepare-dataset';
import { MANIFEST } from './prepared-manifest';
import { readPrepared } from './read-prepared';
import { writeSealed } from './sealed-file';

// Every slice is flushed to the disk, which may be busy.
vi.setConfig({ testTimeout: 60_000 });

const place = temporaryPlaces('source');

const rowsOf = (rows: number, reward = 0) =>
  Array.from({ length: rows }, (_, i) => `${i >> 1},${i},${i % 2},${reward}\n`).join('');
const logOf = (rows: number, reward = 0) => `episode,observation,action,reward\n${rowsOf(rows, reward)}`;
const writeLog = () => {
  const path = place('.csv');
  writeFileSync(path, logOf(40));
  // A time that can be set again to the last digit.
  utimesSync(path, 1e9, 1e9);
  return path;
};

const prepare = (path: string, out: string, options: PrepareOptions = {}) =>
  prepareDataset(path, out, { log: { ends: 'truncated' }, sliceNumbers: 20, ...options });
const stop = ({ stage }: { stage: string }) => {
  if (stage === 'writing') throw new Error('stopped');
};

/** Ways in which others may write to a log. */
const CHANGES: readonly [what: string, change: (path: string) => void][] = [
  ['gets longer', (path) => appendFileSync(path, '99,1,0,0\n')],
  ['gets shorter', (path) => writeFileSync(path, logOf(30))],
  ['has other numbers', (path) => writeFileSync(path, logOf(40, 1))],
  [
    'has other numbers, and its old time',
    (path) => {
      writeFileSync(path, logOf(40, 1));
      utimesSync(path, 1e9, 1e9);
    },
  ],
];

it.each(CHANGES)('refuses a log that %s while it is prepared', async (_, change) => {
  for (const stage of ['looking', 'writing']) {
    const [path, out] = [writeLog(), place()];
    let isChanged = false;
    const onProgress = (progress: { readonly stage: string }) => {
      if (isChanged || progress.stage !== stage) return;
      isChanged = true;
      change(path);
    };
    await expect(prepare(path, out, { onProgress })).rejects.toMatchObject({ code: 'source-changed' });
    await prepare(path, out, { overwrite: true });
    expect([...(await readDataset(out)).rewards]).toEqual([
      ...(await readDataset(path, { log: { ends: 'truncated' } })).rewards,
    ]);
  }
});

it.each(CHANGES)('does not go on with a log that %s after an interruption', async (_, change) => {
  const [path, out] = [writeLog(), place()];
  await expect(prepare(path, out, { onProgress: stop })).rejects.toThrow('stopped');
  change(path);
  await expect(prepare(path, out)).rejects.toMatchObject({ code: 'other-source' });
});

it.each(CHANGES)('does not take for the same a log that %s afterwards', async (_, change) => {
  const [path, out] = [writeLog(), place()];
  await prepare(path, out);
  change(path);
  await expect(prepare(path, out)).rejects.toMatchObject({ code: 'other-source' });
});

/** A dataset that is a folder. */
const folderOf = async (reward: number) => {
  const [path, out] = [place('.csv'), place()];
  writeFileSync(path, logOf(40, reward));
  await prepare(path, out);
  return out;
};

it('notices every change in a folder, also behind a link', async () => {
  const [inner, other, out] = [await folderOf(0), await folderOf(1), place()];
  const link = place();
  symlinkSync(inner, link);
  await prepareDataset(link, out);
  expect(await prepareDataset(link, out)).toMatchObject({ wasThere: true });
  const top = statSync(inner);
  for (const name of [MANIFEST, '2-rewards.bin']) cpSync(join(other, name), join(inner, name));
  utimesSync(inner, top.atime, top.mtime);
  await expect(prepareDataset(link, out)).rejects.toMatchObject({ code: 'other-source' });
});

it('refuses a folder in the source at once, also behind a link', async () => {
  const inner = await folderOf(0);
  const link = place();
  mkdirSync(join(inner, '.below'));
  symlinkSync(join(inner, '.below'), link);
  for (const out of [inner, join(inner, 'a/b'), link, join(link, 'a')])
    await expect(prepareDataset(inner, out, { overwrite: true })).rejects.toMatchObject({
      code: 'same-file',
    });
  await readDataset(inner);
});

it('does not pass damage on', async () => {
  const inner = await folderOf(0);
  const file = join(inner, '2-rewards.bin');
  const whole = readFileSync(file);
  writeFileSync(
    file,
    whole.map((byte, i) => byte ^ Number(i === 5)),
  );
  const mapped = await readPrepared(inner, { checkUpTo: 0 });
  await expect(verifyDataset(mapped)).rejects.toMatchObject({ code: 'damaged-file' });
  writeFileSync(file, whole);
  await verifyDataset(await readPrepared(inner, { checkUpTo: 0 }));
  // What is too large to be compared when it is opened has only this sum.
  const { crc32: _, ...manifest } = JSON.parse(readFileSync(join(inner, MANIFEST), 'utf8'));
  writeSealed(join(inner, MANIFEST), { ...manifest, sha256: '0'.repeat(64) });
  const out = place();
  await expect(prepareDataset(inner, out)).rejects.toMatchObject({ code: 'damaged-file' });
  await expect(readDataset(out)).rejects.toMatchObject({ code: 'file-not-found' });
});

it('says between the columns of other formats how far it has come, and lets other work have its turn', async () => {
  const inner = await folderOf(0);
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  const seen: [stage: string, rows: number, turns: number][] = [];
  const out = place();
  await prepareDataset(inner, out, {
    onProgress: ({ stage, rows }) => seen.push([stage, rows, turns]),
  });
  clearInterval(turn);
  for (const stage of ['writing', 'checking']) {
    const rows = seen.filter(([of]) => of === stage).map(([, rows]) => rows);
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(rows.at(-1)).toBe(40);
  }
  expect(seen.at(-1)![2]).toBeGreaterThan(1);
  const stopped = place();
  await expect(prepareDataset(inner, stopped, { onProgress: stop })).rejects.toThrow('stopped');
  await prepareDataset(inner, stopped);
  expect((await readDataset(stopped)).size).toBe(40);
});
