import { appendFileSync, existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { temporaryPlaces } from '../../test/temporary-places';
import { hashDataset } from '../hash-dataset';
import { type LogReading, readLog } from '../log/read-log';
import { readDataset } from '../read-dataset';
import { type PrepareOptions, prepareDataset } from './prepare-dataset';
import { PROGRESS } from './prepared-manifest';

// Every slice is flushed to the disk, which may be busy.
vi.setConfig({ testTimeout: 60_000 });

const place = temporaryPlaces('prepared');
const write = (text: string, ending: string) => {
  const path = place(ending);
  writeFileSync(path, text);
  return path;
};

/** What a log has in one step: whatever may be missing is sometimes. */
const step = fc.record({
  room: fc.option(fc.double({ min: -50, max: 50, noNaN: true }), { nil: null, freq: 4 }),
  weather: fc.option(fc.constantFrom('rain', 'sun', 'snow', 'fog'), { nil: null, freq: 4 }),
  door: fc.boolean(),
  heater: fc.integer({ min: 0, max: 5 }),
  reward: fc.integer({ min: -9, max: 0 }),
  shift: fc.integer({ min: 0, max: 1 }),
});
const episodes = fc.array(fc.array(step, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 12 });
const steps = (log: readonly (readonly object[])[]) =>
  log.flatMap((rows, episode) => rows.map((row, time) => ({ episode: `e${episode}`, time, ...row })));
const COLUMNS = { observation: ['room', 'weather', 'door'], action: ['heater'], info: ['shift'] };
const rules = fc.constantFrom(
  { room: 'previous', weather: 'none' },
  { room: 'mean', weather: 'drop' },
  { room: 'drop', weather: 'fog' },
  { room: 3.5, weather: 'none' },
);

const FORMS: Readonly<Record<string, (log: readonly (readonly object[])[]) => string>> = {
  '.csv': (log) => {
    const rows = steps(log);
    const names = Object.keys(rows[0]!);
    const lines = rows.map((row) =>
      Object.values(row)
        .map((value) => value ?? '')
        .join(','),
    );
    return [names.join(','), ...lines].join('\n');
  },
  // Rows of an episode need not be in order, only together.
  '.jsonl': (log) =>
    log
      .flatMap((_, i) =>
        steps(log)
          .filter(({ episode }) => episode === `e${i}`)
          .reverse(),
      )
      .map((row) => JSON.stringify(row))
      .join('\n'),
  // Each line is an episode.
  '.ndjson': (log) =>
    log
      .map((rows) =>
        JSON.stringify(
          Object.fromEntries(
            Object.keys(rows[0]!).map((name) => [
              name,
              rows.map((row) => (row as Record<string, unknown>)[name]),
            ]),
          ),
        ),
      )
      .join('\n'),
};

/** How something ends: with a value, or with an error. */
async function outcome<T>(act: () => Promise<T>): Promise<T | { readonly code: string }> {
  try {
    return await act();
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
}

async function readPlain(path: string, options: PrepareOptions) {
  const { columns, unused, dataset } = await readLog(path, { ...options.log, name: 'log' });
  return {
    hash: hashDataset(dataset),
    columns,
    unused,
    space: dataset.observationSpace,
    warnings: dataset.warnings,
  };
}

async function readInSlices(path: string, options: PrepareOptions, out = place()) {
  await prepareDataset(path, out, { ...options, name: 'log' });
  let log: LogReading | undefined;
  const dataset = await readDataset(out, {
    onLog: (reading) => {
      log = reading;
    },
  });
  return {
    ...{ hash: hashDataset(dataset), columns: log?.columns, unused: log?.unused },
    ...{ space: dataset.observationSpace, warnings: dataset.warnings },
  };
}

describe('prepareDataset, of a log of one’s own', () => {
  it.each(Object.entries(FORMS))(
    'has what readLog has, whatever the slices are (%s)',
    async (ending, form) => {
      await fc.assert(
        fc.asyncProperty(
          episodes,
          rules,
          fc.integer({ min: 10, max: 90 }),
          async (log, fill, sliceNumbers) => {
            const path = write(form(log), ending);
            const options = { log: { columns: COLUMNS, fill, ends: 'truncated' as const } };
            const expected = await outcome(() => readPlain(path, options));
            expect(await outcome(() => readInSlices(path, { ...options, sliceNumbers }))).toEqual(expected);
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  it('finds the ends of episodes by their flags where no column names them', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      ...{ observation: [i, -i], action: i % 3, reward: 1 },
      ...{ terminated: i % 7 === 6, truncated: i % 11 === 10 },
    }));
    const path = write(rows.map((row) => JSON.stringify(row)).join('\n'), '.jsonl');
    let slices = 0;
    const onProgress = ({ stage }: { stage: string }) => {
      slices += Number(stage === 'writing');
    };
    expect(await readInSlices(path, { sliceNumbers: 20, onProgress })).toEqual(await readPlain(path, {}));
    expect(slices).toBeGreaterThan(5);
  });

  it('goes on where it was interrupted, as if it had not been', async () => {
    const log = Array.from({ length: 20 }, (_, episode) =>
      Array.from({ length: 5 }, (_, i) => ({
        ...{ room: i === 3 ? null : episode + i / 7, weather: ['sun', 'rain', 'fog'][(episode * i) % 3] },
        ...{ door: i === 2, heater: i, reward: -i, shift: 0 },
      })),
    );
    const options = {
      log: { columns: COLUMNS, fill: { room: 'mean' }, ends: 'truncated' as const },
      sliceNumbers: 100,
    };
    for (const [ending, form] of Object.entries(FORMS)) {
      const path = write(form(log), ending);
      const out = place();
      const seen: string[] = [];
      for (let stops = 0; ; stops++) {
        const onProgress = ({ stage, rows, of }: { stage: string; rows: number; of?: number }) => {
          seen.push(`${stage} ${rows}/${of}`);
          if (stage === 'writing') throw new Error('stopped');
        };
        const end = await prepareDataset(path, out, { ...options, name: 'log', onProgress }).catch((e) => e);
        if (!(end instanceof Error)) break;
        await expect(readDataset(out)).rejects.toMatchObject({ code: 'not-prepared' });
        // What a killed process had begun to write.
        for (const name of readdirSync(out).filter((name) => name.endsWith('.bin')))
          appendFileSync(join(out, name), 'half');
        expect(stops).toBeLessThan(50);
      }
      expect(seen.filter((line) => line.startsWith('looking')).length).toBeLessThan(20);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(5);
      expect(existsSync(join(out, PROGRESS))).toBe(false);
      expect(await readInSlices(path, options, out)).toEqual(await readPlain(path, options));
    }
  });

  it('does not go on with a file that became shorter', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${i},0,${i % 2}`);
    const path = write(['observation,action,reward,terminated', ...rows].join('\n'), '.csv');
    const [out, sliceNumbers] = [place(), 20];
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'writing') throw new Error('stopped');
    };
    await expect(prepareDataset(path, out, { sliceNumbers, onProgress })).rejects.toThrow('stopped');
    truncateSync(join(out, '2-rewards.bin'), 4);
    await expect(prepareDataset(path, out, { sliceNumbers })).rejects.toMatchObject({ code: 'damaged-file' });
    await prepareDataset(path, out, { sliceNumbers, overwrite: true });
    expect((await readDataset(out)).size).toBe(30);
  });

  it('refuses rows of one episode that are far apart, with the row', async () => {
    const rows = [0, 1, 2, 0].flatMap((episode) =>
      [1, 2].map((x) => JSON.stringify({ episode, observation: x, action: x, reward: 0 })),
    );
    const path = write(rows.join('\n'), '.jsonl');
    await expect(
      prepareDataset(path, place(), { log: { ends: 'truncated' }, sliceNumbers: 3 }),
    ).rejects.toMatchObject({
      code: 'not-in-order',
      message: expect.stringMatching(/"episode" is 0 again in line 7/),
    });
  });

  it('refuses what looks back across a cut of a stream without episodes', async () => {
    const path = write('observation,action,reward\n1,2,3\n,2,3\n', '.csv');
    const options = { continuing: true, log: { fill: { observation: 'previous' } } };
    await expect(prepareDataset(path, place(), options)).rejects.toMatchObject({ code: 'option-not-used' });
    const mean = { continuing: true, log: { fill: { observation: 'mean' } }, sliceNumbers: 1 };
    await prepareDataset(path, `${path}-mean`, mean);
    expect([...(await readDataset(`${path}-mean`)).observations]).toEqual([1, 1]);
  });

  it('says in which part of the log a number is too large for 32 bits', async () => {
    const rows = Array.from({ length: 9 }, (_, i) => `${i},${i === 7 ? 1e300 : i},0,0,${i % 2}`);
    const path = write(['episode,observation,action,reward,terminated', ...rows].join('\n'), '.csv');
    await expect(
      prepareDataset(path, place(), {
        sliceNumbers: 1,
        log: { columns: { episode: 'episode' }, ends: 'truncated' },
      }),
    ).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringMatching(/from line 9 on.* in row 0/),
    });
  });
});
