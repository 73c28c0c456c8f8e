import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryPlaces } from '../../test/temporary-places';
import { hashDataset } from '../hash-dataset';
import { readDataset } from '../read-dataset';
import { type PrepareOptions, prepareDataset } from './prepare-dataset';
import { MANIFEST, PROGRESS } from './prepared-manifest';
import { writeSealed } from './sealed-file';

// Every slice is flushed to the disk, which may be busy.
vi.setConfig({ testTimeout: 60_000 });

const place = temporaryPlaces('overwrite');

const ROWS = 30;
/** Episodes of three rows. @param change puts something else into some rows */
const writeLog = (change: (row: number) => object = () => ({}), ending = '.jsonl') => {
  const path = place(ending);
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    ...{ episode: Math.floor(i / 3), observation: i, action: i % 2, reward: 0, probability: 0.5 },
    ...change(i),
  }));
  const csv = [Object.keys(rows[0]!).join(','), ...rows.map((row) => Object.values(row).join(','))];
  const lines = ending === '.csv' ? csv : rows.map((row) => JSON.stringify(row));
  writeFileSync(path, lines.join('\n'));
  return path;
};

const OPTIONS: PrepareOptions = {
  log: { ends: 'truncated' },
  actionSpace: { kind: 'discrete', count: 2 },
  sliceNumbers: 20,
};
const prepare = (path: string, out: string, options: PrepareOptions = {}) =>
  prepareDataset(path, out, { ...OPTIONS, ...options });
const overwrite = true;
const hashOf = async (path: string) => hashDataset(await readDataset(path));
const rewardsIn = async (path: string) => [...new Set((await readDataset(path)).rewards)];

/** What is in the folder of a whole dataset, and nothing else. */
const expectTidy = (out: string) => {
  const { columns } = JSON.parse(readFileSync(join(out, MANIFEST), 'utf8'));
  const files = columns.map(({ file }: { file: string }) => file);
  expect(readdirSync(out).sort()).toEqual([...files, MANIFEST].sort());
};

/** Ends a preparation where it has come so far. */
const stopAt = (count: number, of: string) => {
  let seen = 0;
  return ({ stage }: { stage: string }) => {
    if (stage === of && seen++ === count) throw new Error('stopped');
  };
};

describe('prepareDataset, over an earlier dataset', () => {
  it.each([
    ['a missing value', writeLogOf({ observation: null }), 'missing-value'],
    ['a number that is too large', writeLogOf({ reward: 1e300 }), 'not-finite'],
    ['a probability of 0', writeLogOf({ probability: 0 }), 'out-of-range'],
    ['a probability above 1', writeLogOf({ probability: 1.5 }), 'out-of-range'],
    ['another kind of action', writeLogOf({ action: 7 }), 'not-a-class'],
  ])('keeps the earlier one where a late row has %s', async (_, write, code) => {
    const out = place();
    await prepare(writeLog(), out);
    const before = await hashOf(out);
    await expect(prepare(write(), out, { overwrite })).rejects.toMatchObject({ code });
    expect(await hashOf(out)).toBe(before);
    await prepare(
      writeLog(() => ({ reward: 5 })),
      out,
      { overwrite },
    );
    expect(await rewardsIn(out)).toEqual([5]);
    expectTidy(out);
  });

  it('has one of both whole wherever it is interrupted, and goes on with the same command', async () => {
    const out = place();
    const first = writeLog();
    await prepare(first, out);
    const before = await hashOf(out);
    const second = writeLog(() => ({ reward: 5 }));
    for (const [count, stage] of [
      [0, 'looking'],
      [0, 'writing'],
      [1, 'writing'],
      [0, 'checking'],
      [5, 'checking'],
    ] as const) {
      const onProgress = stopAt(count, stage);
      await expect(prepare(second, out, { overwrite, onProgress })).rejects.toThrow('stopped');
      expect(await hashOf(out)).toBe(before);
      // The earlier one is still there for whoever asks for it.
      expect(await prepare(first, out)).toMatchObject({ wasThere: true });
    }
    const looks: string[] = [];
    await prepare(second, out, { overwrite, onProgress: ({ stage }) => looks.push(stage) });
    expect(looks).not.toContain('looking');
    expect(await rewardsIn(out)).toEqual([5]);
    expectTidy(out);
  });

  it('tidies up after a process that was killed when all was done', async () => {
    const out = place();
    await prepare(writeLog(), out);
    const [killed, second] = [place(), writeLog(() => ({ reward: 5 }))];
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'checking') cpSync(out, killed, { recursive: true });
    };
    await prepare(second, out, { overwrite, onProgress });
    cpSync(join(out, MANIFEST), join(killed, MANIFEST));
    expect(readdirSync(killed).length).toBeGreaterThan(readdirSync(out).length);
    expect(await prepare(second, killed)).toMatchObject({ wasThere: true });
    expectTidy(killed);
    expect(await rewardsIn(killed)).toEqual([5]);
  });

  it('begins again when something else is to replace the earlier one', async () => {
    const out = place();
    await prepare(writeLog(), out);
    const before = await hashOf(out);
    for (const reward of [5, 6]) {
      const path = writeLog(() => ({ reward }));
      const onProgress = stopAt(3, 'writing');
      await expect(prepare(path, out, { overwrite, onProgress })).rejects.toThrow('stopped');
      expect(await hashOf(out)).toBe(before);
    }
    expect(readdirSync(out)).toContain(PROGRESS);
    const last = writeLog(() => ({ reward: 7 }));
    await prepare(last, out, { overwrite });
    expect(await rewardsIn(out)).toEqual([7]);
    expectTidy(out);
  });

  it('touches no file that it did not write, whatever that is called', async () => {
    const [path, out] = [writeLog(), place()];
    await prepare(path, out);
    const before = await hashOf(out);
    const own = join(out, '2024-data.bin');
    writeFileSync(own, 'mine');
    await expect(prepare(path, out, { overwrite })).rejects.toMatchObject({
      ...{ code: 'folder-exists', received: '2024-data.bin' },
    });
    expect(readFileSync(own, 'utf8')).toBe('mine');
    expect(await hashOf(out)).toBe(before);
  });

  it('does not know the files of a dataset whose description is damaged, and leaves them', async () => {
    const [path, out] = [writeLog(), place()];
    await prepare(path, out);
    writeFileSync(join(out, MANIFEST), '{');
    await expect(prepare(path, out)).rejects.toMatchObject({
      ...{ code: 'damaged-file', hint: expect.stringContaining('Remove') },
    });
    const files = readdirSync(out);
    await expect(prepare(path, out, { overwrite })).rejects.toMatchObject({ code: 'folder-exists' });
    expect(readdirSync(out)).toEqual(files);
  });
});

describe('prepareDataset, where it was interrupted', () => {
  const interrupted = async () => {
    const [path, out] = [writeLog((row) => ({ reward: row })), place()];
    await expect(prepare(path, out, { onProgress: stopAt(3, 'writing') })).rejects.toThrow('stopped');
    return { path, out };
  };

  it('does not go on with numbers that changed', async () => {
    const { path, out } = await interrupted();
    const file = join(out, '2-rewards.bin');
    const bytes = readFileSync(file);
    bytes[6]! ^= 1;
    writeFileSync(file, bytes);
    await expect(prepare(path, out)).rejects.toMatchObject({ code: 'damaged-file' });
    await prepare(path, out, { overwrite });
    expect([...(await readDataset(out)).rewards]).toEqual(Array.from({ length: ROWS }, (_, row) => row));
  });

  it('notices numbers that change before it has come to its end', async () => {
    const [path, out] = [writeLog(), place()];
    const onProgress = ({ stage, rows }: { stage: string; rows: number }) => {
      if (stage !== 'writing' || rows < ROWS) return;
      const file = join(out, '0-observations.bin');
      const bytes = readFileSync(file);
      bytes[3]! ^= 1;
      writeFileSync(file, bytes);
    };
    await expect(prepare(path, out, { onProgress })).rejects.toMatchObject({ code: 'damaged-file' });
    await expect(readDataset(out)).rejects.toMatchObject({ code: 'not-prepared' });
  });

  it('refuses a mean that is no number, as without an interruption', async () => {
    const path = writeLog((row) => ({ info: row < 9 ? 1e308 : row === 20 ? null : row }));
    const log = { ends: 'truncated' as const, columns: { info: ['info'] }, fill: { info: 'mean' as const } };
    await expect(prepare(path, place(), { log })).rejects.toMatchObject({ code: 'not-finite' });
    const out = place();
    await prepare(path, out, { log, onProgress: stopAt(2, 'writing') }).catch(() => {});
    await expect(prepare(path, out, { log })).rejects.toMatchObject({ code: 'not-finite' });
  });

  it('says during the first look already that it is not finished, and leaves nothing where that fails', async () => {
    const out = place();
    const seen: unknown[] = [];
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'looking') seen.push(readDataset(out).catch((error) => error.code));
    };
    await prepare(writeLog(), out, { onProgress });
    expect(new Set(await Promise.all(seen))).toEqual(new Set(['not-prepared']));
    const failed = place();
    await expect(
      prepare(
        writeLog((row) => ({ episode: row % 2 })),
        failed,
      ),
    ).rejects.toMatchObject({ code: 'not-in-order' });
    expect(readdirSync(dirname(failed))).not.toContain(basename(failed));
  });
});

describe('prepareDataset, of what is there already', () => {
  it('does not vouch for files that are gone, cut off or damaged', async () => {
    const [path, out] = [writeLog(), place()];
    await prepare(path, out);
    const file = join(out, '2-rewards.bin');
    const bytes = readFileSync(file);
    for (const damaged of [undefined, bytes.subarray(1), bytes.map((byte) => byte ^ 1)]) {
      rmSync(file);
      if (damaged !== undefined) writeFileSync(file, damaged);
      else symlinkSync('nowhere', file);
      await expect(prepare(path, out)).rejects.toMatchObject({ code: 'damaged-file' });
    }
    expect(await prepare(path, out, { overwrite })).toMatchObject({ wasThere: false });
    expectTidy(out);
  });

  it('removes nothing that is not its own, whatever a description says', async () => {
    const out = place();
    const log = writeLog();
    await expect(prepare(log, out, { onProgress: stopAt(1, 'writing') })).rejects.toThrow('stopped');
    const victim = place('.txt');
    writeFileSync(victim, 'mine');
    const { crc32: _, ...saved } = JSON.parse(readFileSync(join(out, PROGRESS), 'utf8'));
    writeSealed(join(out, PROGRESS), { ...saved, replaces: [join('..', basename(victim))] });
    const damaged = { code: 'damaged-file', message: expect.stringContaining('Remove its folder') };
    await expect(prepare(log, out)).rejects.toMatchObject(damaged);
    await expect(prepare(log, out, { overwrite })).rejects.toMatchObject(damaged);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  it('opens a whole dataset though what was to replace it has left a damaged description', async () => {
    const out = place();
    const log = writeLog();
    await prepare(log, out);
    writeFileSync(join(out, PROGRESS), '{');
    expect(await prepare(log, out)).toMatchObject({ wasThere: true });
    await prepare(log, out, { overwrite });
    expectTidy(out);
  });

  it.each([MANIFEST, '2-rewards.bin'])(
    'says that %s cannot be read, not that it is damaged',
    async (name) => {
      const [path, out] = [writeLog(), place()];
      await prepare(path, out);
      rmSync(join(out, name));
      symlinkSync(name, join(out, name));
      for (const act of [() => prepare(path, out), () => readDataset(out)])
        await expect(act()).rejects.toMatchObject({ code: 'not-readable' });
    },
  );
});

/** A log whose last rows have something that the first look does not see. */
function writeLogOf(late: object): () => string {
  return () => writeLog((row) => (row >= ROWS - 2 ? late : {}));
}
