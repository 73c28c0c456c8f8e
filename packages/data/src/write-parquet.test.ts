import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { readLog } from './log/read-log';
import { readParquetRows } from './text/read-parquet-rows';
import { writeParquet } from './write-parquet';

const folder = mkdtempSync(join(tmpdir(), 'lamo-write-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const episodes = {
  rewards: [0, 1, 2, 3],
  terminated: [false, true, false, false],
  truncated: [false, false, false, true],
};

it('writes a table that says by its names what its columns are', async () => {
  const dataset = createDataset({
    ...episodes,
    name: 'amounts',
    observations: [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ],
    nextObservations: [
      [2, 3],
      [9, 9],
      [6, 7],
      [8, 8],
    ],
    actions: [
      [0.5, -1],
      [1, 0],
      [0.25, 0.125],
      [0, 0],
    ],
  });
  const path = join(folder, 'amounts.parquet');
  await writeParquet(dataset, path);
  const { dataset: read } = await readLog(path);
  const steps: unknown[] = [];
  for await (const row of readParquetRows(path, () => ['episode', 'step'])) steps.push(row.map(Number));
  expect(steps).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  for (const column of [
    'observations',
    'nextObservations',
    'actions',
    'rewards',
    'terminated',
    'truncated',
  ] as const)
    expect(read[column], column).toEqual(dataset[column]);
  expect(read.episodeEnds).toEqual(dataset.episodeEnds);
  expect(Object.keys((read.observationSpace as { parts: object }).parts)).toEqual([
    'observation.0',
    'observation.1',
  ]);
});

it('writes categories and classes as the texts that they are', async () => {
  const dataset = createDataset({
    ...episodes,
    name: 'texts',
    observations: [
      [15, 1, 0],
      [16, 0, 1],
      [17, 1, 0],
      [18, 0, 1],
    ],
    observationSpace: {
      kind: 'vector',
      parts: { basket: { start: 0, end: 1 }, weather: { start: 1, end: 3, categories: ['rain', 'sun'] } },
    },
    actions: [0, 1, 1, 0],
    actionSpace: { kind: 'discrete', count: 2, labels: ['cake', 'tea'], names: ['offer'] },
    infos: {
      task: { width: 1, data: Int32Array.of(3, 3, 4, 4) },
      action_log_probs: { width: 1, data: Float32Array.of(0.5, 0.25, 0.75, 1).map(Math.log) },
    },
  });
  const path = join(folder, 'texts.parquet');
  await writeParquet(dataset, path);
  const { dataset: read } = await readLog(path);
  expect(read.observations).toEqual(dataset.observations);
  expect(read.actions).toEqual(dataset.actions);
  expect(read.actionSpace).toMatchObject({ labels: ['cake', 'tea'] });
  expect(read.observationSpace).toMatchObject({
    parts: { 'observation.weather': { start: 1, end: 3, categories: ['rain', 'sun'] } },
  });
  // By way of the probability: its logarithm may be rounded otherwise in the last digit of 32 bits.
  for (const [i, log] of dataset.infos.action_log_probs!.data.entries())
    expect(read.infos.action_log_probs!.data[i]).toBeCloseTo(log, 6);
  expect([...read.infos.task!.data]).toEqual([3, 3, 4, 4]);
});

it('refuses images, and to replace a file unasked', async () => {
  const images = createDataset({
    ...episodes,
    observations: new Uint8Array(4 * 8 * 8),
    observationSpace: { kind: 'image', shape: [8, 8, 1] },
    actions: [[0], [0], [0], [0]],
  });
  await expect(writeParquet(images, join(folder, 'images.parquet'))).rejects.toMatchObject({
    code: 'image-observations',
  });
  const dataset = createDataset({
    ...episodes,
    observations: [[0], [1], [2], [3]],
    actions: [[0], [1], [0], [1]],
  });
  const path = join(folder, 'twice.parquet');
  await writeParquet(dataset, path);
  await expect(writeParquet(dataset, path, { isNew: true })).rejects.toMatchObject({ code: 'file-exists' });
});

it('keeps names by which columns are found already, however often it is written and read', async () => {
  const parts = { obs_a: { start: 0, end: 1 }, room: { start: 1, end: 2 } };
  const first = createDataset({
    ...episodes,
    observations: [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ],
    observationSpace: { kind: 'vector', parts },
    actions: [[0], [1], [2], [3]],
    actionSpace: { kind: 'box', names: ['heater'] },
  });
  const write = async (dataset: Parameters<typeof writeParquet>[0], name: string) => {
    await writeParquet(dataset, join(folder, name));
    return (await readLog(join(folder, name))).dataset;
  };
  const twice = await write(await write(first, 'once.parquet'), 'again.parquet');
  expect(Object.keys((twice.observationSpace as { parts: object }).parts)).toEqual([
    'obs_a',
    'observation.room',
  ]);
  expect(twice.actionSpace).toEqual({ kind: 'box', names: ['action.heater'] });
});

it.each([
  ['none', [0, 0]],
  ['several', [1, 1]],
  ['half of one', [0.5, 0.5]],
])('refuses a row that stands for %s of the categories, which no text could say', async (_, numbers) => {
  const dataset = createDataset({
    ...episodes,
    observations: [[1, 0], [0, 1], numbers, [1, 0]],
    observationSpace: {
      kind: 'vector',
      parts: { weather: { start: 0, end: 2, categories: ['rain', 'sun'] } },
    },
    actions: [[0], [1], [0], [1]],
  });
  const path = join(folder, 'none.parquet');
  await expect(writeParquet(dataset, path)).rejects.toThrow(
    /"weather" stands for none of its categories.*row 2/,
  );
});
