import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { floats } from '../../test/d4rl-case';
import { writeHdf5 } from '../../test/write-hdf5';
import { readDataset } from '../read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-robomimic-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Arrays = Parameters<typeof writeHdf5>[1];

const row = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });

const demonstration = (name: string, dones: readonly number[]): Arrays =>
  Object.fromEntries(
    Object.entries({
      'obs/object': floats([2, 3]),
      'obs/eef_pos': floats([2, 1]),
      'next_obs/object': floats([2, 3]),
      'next_obs/eef_pos': floats([2, 1]),
      actions: floats([2, 2]),
      rewards: row(0, 1),
      dones: row(...dones),
      states: floats([2, 4]),
    }).map(([key, array]) => [`data/${name}/${key}`, array]),
  );

async function write(arrays: Arrays): Promise<string> {
  const path = join(folder, 'low_dim.hdf5');
  await writeHdf5(path, arrays);
  return path;
}

it('puts the parts of observations side by side, by their names, and cuts what was not done', async () => {
  const path = await write({ ...demonstration('demo_10', [0, 0]), ...demonstration('demo_2', [0, 1]) });
  const dataset = await readDataset(path);
  expect(dataset).toMatchObject({ name: 'low_dim', size: 4, observationSize: 4, actionSize: 2 });
  expect(dataset.observationSpace).toEqual({
    kind: 'vector',
    parts: { eef_pos: { start: 0, end: 1 }, object: { start: 1, end: 4 } },
  });
  expect(Array.from(dataset.observations.subarray(0, 8))).toEqual([0, 0, 1, 2, 1, 3, 4, 5]);
  expect(dataset.nextObservations).toEqual(dataset.observations);
  expect(Array.from(dataset.terminated)).toEqual([0, 1, 0, 0]);
  expect(Array.from(dataset.truncated)).toEqual([0, 0, 0, 1]);
  expect(dataset.infos.states).toMatchObject({ width: 4 });
});

it('reads the parts that are named, in that order', async () => {
  const path = await write(demonstration('demo_0', [0, 1]));
  const dataset = await readDataset(path, { observationParts: ['object'] });
  expect(dataset).toMatchObject({ observationSize: 3 });
  await expect(readDataset(path, { observationParts: ['objekt'] })).rejects.toThrow(/Did you mean `object`/);
});

it('leaves images out unless they are named, and says so', async () => {
  const images = { shape: [2, 8, 8, 3], data: new Uint8Array(384) };
  const path = await write({
    ...demonstration('demo_0', [0, 1]),
    'data/demo_0/obs/camera': images,
    'data/demo_0/next_obs/camera': images,
  });
  const dataset = await readDataset(path);
  expect(dataset).toMatchObject({ observationSize: 4, warnings: [{ code: 'part-left-out' }] });
  const seen = await readDataset(path, { observationParts: ['camera'] });
  expect(seen.observationSpace).toEqual({ kind: 'image', shape: [8, 8, 3] });
});

it('says that there are no demonstrations', async () => {
  await expect(readDataset(await write({ 'data/other': floats([2]) }))).rejects.toMatchObject({
    code: 'missing-episode',
  });
});
