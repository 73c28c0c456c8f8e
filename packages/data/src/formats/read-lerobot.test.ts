import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { readDataset } from '../read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-lerobot-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows of two episodes: the first of three, the second of two. */
const ROWS: Readonly<Record<string, readonly unknown[]>> = {
  'observation.state': [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
  ].map((row) => Float32Array.from(row)),
  'observation.force': [10, 11, 12, 13, 14],
  action: [[0.5], [-0.5], [0.25], [1], [-1]].map((row) => Float32Array.from(row)),
  'next.reward': [0, 0, 1, 0, 0],
  'next.done': [false, false, true, false, true],
  'next.success': [false, true, true, false, false],
  episode_index: [0n, 0n, 0n, 1n, 1n],
  frame_index: [0n, 1n, 2n, 0n, 1n],
  task_index: [4n, 4n, 4n, 7n, 7n],
};

const TYPES: Readonly<Record<string, object>> = {
  'observation.state': { dtype: 'float32', shape: [2], names: ['x', 'y'] },
  'observation.force': { dtype: 'float32', shape: [1] },
  action: { dtype: 'float32', shape: [1] },
  'next.reward': { dtype: 'float32', shape: [1] },
  'next.done': { dtype: 'bool', shape: [1] },
  'next.success': { dtype: 'bool', shape: [1] },
  episode_index: { dtype: 'int64', shape: [1] },
  frame_index: { dtype: 'int64', shape: [1] },
  task_index: { dtype: 'int64', shape: [1] },
};

/** Writes a set in files of so many rows; `undefined` leaves a column out. */
function writeSet(
  name: string,
  {
    rows = {},
    features = {},
    info = {},
    files = [5],
  }: {
    readonly rows?: Readonly<Record<string, readonly unknown[] | undefined>>;
    readonly features?: Readonly<Record<string, object>>;
    readonly info?: object;
    readonly files?: readonly number[];
  } = {},
): string {
  const all = Object.entries({ ...ROWS, ...rows }).filter(([, data]) => data !== undefined);
  const types = Object.entries(TYPES).filter(([key]) => all.some(([column]) => column === key));
  mkdirSync(join(folder, name, 'meta'), { recursive: true });
  mkdirSync(join(folder, name, 'data', 'chunk-000'), { recursive: true });
  const said = {
    ...{ codebase_version: 'v3.0', total_episodes: 2, total_frames: 5 },
    features: { ...Object.fromEntries(types), ...features },
    ...info,
  };
  writeFileSync(join(folder, name, 'meta', 'info.json'), JSON.stringify(said));
  let start = 0;
  for (const [i, length] of files.entries()) {
    const columnData = all.map(([column, data]) => ({
      name: column,
      data: data!
        .slice(start, start + length)
        .map((value) => (ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value)),
    }));
    parquetWriteFile({
      filename: join(folder, name, 'data', 'chunk-000', `file-00${i}.parquet`),
      columnData: columnData as never,
    });
    start += length;
  }
  return join(folder, name);
}

describe('readLerobot', () => {
  it('puts what was observed side by side, with names, and knows where episodes end and how', async () => {
    const dataset = await readDataset(writeSet('whole'));
    expect(dataset).toMatchObject({ name: 'whole', size: 5, observationSize: 3, actionSize: 1 });
    expect(dataset.observationSpace).toEqual({
      kind: 'vector',
      parts: { state: { start: 0, end: 2 }, force: { start: 2, end: 3 } },
    });
    expect([...dataset.observations.subarray(0, 6)]).toEqual([0, 1, 10, 2, 3, 11]);
    expect([...dataset.actions]).toEqual([0.5, -0.5, 0.25, 1, -1]);
    expect([...dataset.rewards]).toEqual([0, 0, 1, 0, 0]);
    // The robot succeeded in the first, and was stopped in the second.
    expect([...dataset.terminated]).toEqual([0, 0, 1, 0, 0]);
    expect([...dataset.truncated]).toEqual([0, 0, 0, 0, 1]);
    expect([...dataset.infos.task!.data]).toEqual([4, 4, 4, 7, 7]);
    expect(dataset.warnings).toBeUndefined();
  });

  it('reads several files, in which episodes may be cut, as one', async () => {
    const whole = await readDataset(writeSet('one'));
    const parts = await readDataset(writeSet('two', { files: [2, 3] }), { name: 'one' });
    expect(parts).toEqual(whole);
  });

  it('takes done for the end of the task where nobody says whether it was a success, and reads version 2', async () => {
    const path = writeSet('done', {
      rows: { 'next.success': undefined },
      info: { codebase_version: 'v2.1' },
    });
    expect([...(await readDataset(path)).terminated]).toEqual([0, 0, 1, 0, 1]);
    const bare = writeSet('bare', { rows: { 'next.success': undefined, 'next.done': undefined } });
    expect([...(await readDataset(bare)).truncated]).toEqual([0, 0, 1, 0, 1]);
  });

  it('warns of videos that it leaves out, of rewards that are missing, and of a copy that is not whole', async () => {
    const path = writeSet('doubtful', {
      rows: { 'next.reward': undefined },
      features: { 'observation.images.top': { dtype: 'video', shape: [3, 8, 8] } },
      info: { total_episodes: 3 },
    });
    const { warnings, rewards } = await readDataset(path);
    expect(warnings!.map(({ code }) => code)).toEqual(['part-left-out', 'no-rewards', 'other-totals']);
    expect([...rewards]).toEqual([0, 0, 0, 0, 0]);
  });

  it('reads the parts that are named, in their order', async () => {
    const path = writeSet('parts');
    const { observations } = await readDataset(path, { observationParts: ['force', 'state'] });
    expect([...observations.subarray(0, 3)]).toEqual([10, 0, 1]);
    await expect(readDataset(path, { observationParts: ['pose'] })).rejects.toMatchObject({
      code: 'unknown-part',
    });
  });

  it.each<[string, Parameters<typeof writeSet>[1], string]>([
    ['of an early version', { info: { codebase_version: 'v1.6' } }, 'unknown-layout'],
    ['without actions', { rows: { action: undefined } }, 'missing-key'],
    [
      'with nothing observed but videos',
      { rows: { 'observation.state': undefined, 'observation.force': undefined } },
      'missing-key',
    ],
    ['without files', { files: [] }, 'missing-episode'],
    ['whose files lack a column', { features: { 'observation.extra': { dtype: 'float32' } } }, 'missing-key'],
    [
      'whose rows are mixed',
      { rows: { episode_index: [0n, 1n, 0n, 1n, 1n], frame_index: [0n, 0n, 1n, 1n, 2n] } },
      'rows-out-of-order',
    ],
    ['that lacks rows', { rows: { frame_index: [0n, 1n, 3n, 0n, 1n] } }, 'rows-out-of-order'],
    ['with a number that is none', { rows: { 'next.reward': [0, 0, null, 0, 0] } }, 'wrong-type'],
  ])('refuses a set %s', async (name, changes, code) => {
    await expect(readDataset(writeSet(name.replaceAll(' ', '-'), changes))).rejects.toMatchObject({ code });
  });
});
