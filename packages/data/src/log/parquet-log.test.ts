import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, expect, it, vi } from 'vitest';
import { readDataset } from '../read-dataset';
import { readLog } from './read-log';

// A process is started for each file: a tenth of a second on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-parquet-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DAY = Date.UTC(2026, 2, 1);

it('reads Parquet as it reads the same rows of CSV, also where steps are out of order', async () => {
  const filename = join(folder, 'log.parquet');
  parquetWriteFile({
    filename,
    columnData: [
      { name: 'trip', type: 'STRING', data: ['b', 'a', 'b'] },
      { name: 'at', type: 'TIMESTAMP', data: [DAY + 2000, DAY, DAY + 1000].map((time) => new Date(time)) },
      { name: 'room', type: 'DOUBLE', data: [20, 18, null] },
      { name: 'offer', type: 'STRING', data: ['tea', 'milk', 'tea'] },
      { name: 'bought', type: 'BOOLEAN', data: [true, false, false] },
      { name: 'user', type: 'INT64', data: [2n ** 60n, 1n, 2n] },
    ],
  });
  const log = {
    columns: { observation: ['room'], action: ['offer'], reward: 'bought', episode: 'trip', time: 'at' },
    fill: { room: 5 },
    ends: 'truncated',
  } as const;
  const { dataset, unused } = await readLog(filename, log);
  expect([...dataset.observations]).toEqual([5, 20, 18]);
  expect(dataset.actionSpace).toEqual({
    ...{ kind: 'discrete', count: 2, labels: ['milk', 'tea'], names: ['offer'] },
  });
  expect([...dataset.actions]).toEqual([1, 1, 0]);
  expect([...dataset.rewards]).toEqual([0, 1, 0]);
  expect([...dataset.episodeEnds]).toEqual([2, 3]);
  expect(unused).toEqual(['user']);
  expect(await readDataset(filename, { log })).toEqual(dataset);
});

it('spreads groups, and takes a row with lists as an episode', async () => {
  const filename = join(folder, 'episodes.parquet');
  parquetWriteFile({
    filename,
    schema: [
      { name: 'root', num_children: 3 },
      { name: 'observation', repetition_type: 'OPTIONAL', num_children: 2 },
      ...list('room'),
      ...list('sky'),
      ...list('action'),
      ...list('reward'),
    ],
    columnData: [
      {
        name: 'observation',
        data: [
          { room: [1, 2], sky: [0, 1] },
          { room: [3], sky: [0] },
        ],
      },
      { name: 'action', data: [[5, 6], [7]] },
      { name: 'reward', data: [[0.5, 1], [2]] },
    ],
  });
  const { dataset } = await readLog(filename, { ends: 'terminated' });
  expect([...dataset.observations]).toEqual([1, 0, 2, 1, 3, 0]);
  expect([...dataset.actions]).toEqual([5, 6, 7]);
  expect([...dataset.terminated]).toEqual([0, 1, 1]);
});

/** A list of numbers, as pandas and Arrow write it. */
function list(name: string) {
  return [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', type: 'DOUBLE' },
  ] as const;
}
