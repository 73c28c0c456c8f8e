import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { floats } from '../../test/d4rl-case';
import { writeHdf5 } from '../../test/write-hdf5';
import { readDataset } from '../read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-d3rlpy-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Arrays = Parameters<typeof writeHdf5>[1];

async function write(arrays: Arrays): Promise<string> {
  const path = join(folder, 'case.h5');
  await writeHdf5(path, arrays);
  return path;
}

const row = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) });
const single = (value: number) => ({ shape: [], data: Int32Array.of(value) });

const VERSION_1: Arrays = {
  observations: floats([4, 2]),
  actions: floats([4, 1]),
  rewards: row(1, 2, 3, 4),
  terminals: row(0, 1, 0, 0),
  episode_terminals: row(0, 1, 0, 1),
  discrete_action: single(0),
};

it('tells ends of version 1 that are terminal from those that are not', async () => {
  const dataset = await readDataset(await write(VERSION_1));
  expect(dataset).toMatchObject({ name: 'case', size: 4, observationSize: 2, actionSize: 1 });
  expect(Array.from(dataset.terminated)).toEqual([0, 1, 0, 0]);
  expect(Array.from(dataset.truncated)).toEqual([0, 0, 0, 1]);
  expect(dataset.warnings).toBeUndefined();
  await expect(readDataset(await write(VERSION_1), { maxEpisodeSteps: 2 })).rejects.toMatchObject({
    code: 'option-not-used',
  });
});

it('counts classes of version 1, and says so, unless it is told how many there are', async () => {
  const path = await write({ ...VERSION_1, actions: row(0, 2, 1, 0), discrete_action: single(1) });
  const dataset = await readDataset(path);
  expect(dataset.actionSpace).toEqual({ kind: 'discrete', count: 3 });
  expect(dataset.warnings).toMatchObject([{ code: 'classes-counted' }]);
  const told = await readDataset(path, { actionSpace: { kind: 'discrete', count: 5 } });
  expect(told.actionSpace).toEqual({ kind: 'discrete', count: 5 });
  expect(told.warnings).toBeUndefined();
});

/** Episodes of version 2, of which one is number 10. */
const VERSION_2: Arrays = {
  num_episodes: single(2),
  observations_0: floats([2, 3]),
  actions_0: floats([2, 1]),
  rewards_0: { shape: [2, 1], data: Float32Array.of(1, 2) },
  terminated_0: single(1),
  observations_10: floats([3, 3]),
  actions_10: floats([3, 1]),
  rewards_10: { shape: [3, 1], data: Float32Array.of(3, 4, 5) },
  terminated_10: single(0),
};

it('reads the episodes of version 2, each with one flag for its end', async () => {
  const dataset = await readDataset(await write(VERSION_2));
  expect(dataset).toMatchObject({ size: 5, observationSize: 3 });
  expect(Array.from(dataset.rewards)).toEqual([1, 2, 3, 4, 5]);
  expect(Array.from(dataset.terminated)).toEqual([0, 1, 0, 0, 0]);
  expect(Array.from(dataset.truncated)).toEqual([0, 0, 0, 0, 1]);
  expect(dataset.nextObservations).toBeUndefined();
});

it('names the parts of observations of version 2 by their numbers', async () => {
  const parts = {
    observations_0_0: floats([2, 3]),
    observations_0_1: floats([2, 1]),
    observations_10_0: floats([3, 3]),
    observations_10_1: floats([3, 1]),
  };
  const { observations_0: _, observations_10: __, ...rest } = VERSION_2;
  const dataset = await readDataset(await write({ ...rest, ...parts }));
  expect(dataset.observationSpace).toEqual({
    kind: 'vector',
    parts: { 0: { start: 0, end: 3 }, 1: { start: 3, end: 4 } },
  });
  expect(Array.from(dataset.observations.subarray(0, 4))).toEqual([0, 1, 2, 0]);
});

it('names what an episode lacks', async () => {
  const { terminated_10: _, ...rest } = VERSION_2;
  await expect(readDataset(await write(rest))).rejects.toThrow(/no `terminated_10`/);
});
