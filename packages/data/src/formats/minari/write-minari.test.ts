import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@lamo/core';
import { afterAll, describe, expect, it } from 'vitest';
import { createDataset, type DatasetInput } from '../../dataset';
import { findColumn, withHdf5File } from '../../hdf5-file';
import { readDataset } from '../../read-dataset';
import { writeMinari } from './write-minari';

const folder = mkdtempSync(join(tmpdir(), 'lamo-write-minari-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two episodes: one that ended, and one that was cut. */
function log(changes: Partial<DatasetInput> = {}): Dataset {
  return createDataset({
    name: 'log',
    observations: [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ],
    nextObservations: [
      [2, 3],
      [90, 91],
      [6, 7],
      [8, 9],
      [92, 93],
    ],
    actions: [[0.5], [1], [0.25], [0], [-1]],
    rewards: [0, 1, 2, 3, 4],
    terminated: [false, true, false, false, false],
    truncated: [false, false, false, false, true],
    ...changes,
  });
}

const columns = [
  'observations',
  'nextObservations',
  'actions',
  'rewards',
  'terminated',
  'truncated',
  'episodeEnds',
] as const;

async function roundTrip(name: string, dataset: Dataset): Promise<Dataset> {
  const path = join(folder, name);
  await writeMinari(dataset, path);
  const read = await readDataset(path);
  for (const column of columns) expect(read[column], column).toEqual(dataset[column]);
  expect(read.warnings).toBeUndefined();
  return read;
}

describe('writeMinari', () => {
  it('writes a set that is read again as it was', async () => {
    const read = await roundTrip(
      'amounts',
      log({ infos: { task: { width: 1, data: Int32Array.of(1, 1, 2, 2, 2) } } }),
    );
    expect([...read.infos.task!.data]).toEqual([1, 1, 2, 2, 2]);
    expect(read.name).toBe('log-v0');
    expect(readdirSync(folder)).toEqual(['amounts']);
  });

  it('keeps classes, named parts that leave nothing out, and images', async () => {
    const parts = { place: { start: 0, end: 1 }, goal: { start: 1, end: 2 } };
    const named = await roundTrip('named', log({ observationSpace: { kind: 'vector', parts } }));
    expect(named.observationSpace).toEqual({ kind: 'vector', parts });
    const actions = [0, 2, 1, 0, 2];
    const classes = await roundTrip('classes', log({ actions, actionSpace: { kind: 'discrete', count: 3 } }));
    expect(classes.actionSpace).toEqual({ kind: 'discrete', count: 3 });
    const pixels = (first: number) => Uint8Array.from({ length: 5 * 9 * 9 }, (_, i) => (first + i) % 256);
    // What is observed next is the next row's, but where an episode ends.
    const observations = pixels(0);
    const nextObservations = new Uint8Array(observations.length);
    nextObservations.set(observations.subarray(81));
    const images = {
      observations,
      nextObservations,
      observationSpace: { kind: 'image', shape: [9, 9, 1] },
    } as const;
    const seen = await roundTrip('images', log(images));
    expect(seen.observationSpace).toEqual({ kind: 'image', shape: [9, 9, 1] });
  });

  it('does not make up what came after the last action, unless it is told to', async () => {
    const dataset = log({ nextObservations: undefined });
    await expect(writeMinari(dataset, join(folder, 'unknown'))).rejects.toMatchObject({
      code: 'unknown-last-observation',
    });
    expect(existsSync(join(folder, 'unknown'))).toBe(false);
    await writeMinari(dataset, join(folder, 'repeated'), { lastObservation: 'repeat' });
    const { nextObservations } = await readDataset(join(folder, 'repeated'));
    expect([...nextObservations!.subarray(2, 4)]).toEqual([2, 3]);
  });

  it('says that a log that simply stops was cut there', async () => {
    const dataset = log({ truncated: [false, false, false, false, false] });
    await writeMinari(dataset, join(folder, 'stops'));
    expect([...(await readDataset(join(folder, 'stops'))).truncated]).toEqual([0, 0, 0, 0, 1]);
    // Minari itself takes an episode for cut only where its flag says so.
    const file = join(folder, 'stops', 'data', 'main_data.hdf5');
    const flags = await withHdf5File(file, (opened) =>
      findColumn(opened, 'episode_1/truncations').read((numbers) => Array.from(numbers as Uint8Array)),
    );
    expect(flags).toEqual([0, 0, 1]);
  });

  it('refuses episodes with gaps, which would be closed', async () => {
    const nextObservations = [
      [7, 7],
      [90, 91],
      [6, 7],
      [8, 9],
      [92, 93],
    ];
    await expect(writeMinari(log({ nextObservations }), join(folder, 'gaps'))).rejects.toMatchObject({
      code: 'rows-out-of-order',
      message: expect.stringContaining('1 of 3 that are not'),
    });
  });

  it('refuses a name that Minari could not have, and a folder that is there', async () => {
    await expect(writeMinari(log(), join(folder, 'x'), { id: 'no version' })).rejects.toMatchObject({
      code: 'invalid-id',
    });
    await writeMinari(log(), join(folder, 'there'));
    await expect(writeMinari(log(), join(folder, 'there'))).rejects.toMatchObject({ code: 'folder-exists' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
