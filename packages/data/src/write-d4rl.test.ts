import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountSmallDisk } from '../../../test/small-disk';
import { readBehaviourPolicy } from './behaviour-policy';
import { createDataset } from './dataset';
import { hashDataset } from './hash-dataset';
import { loadHdf5 } from './hdf5-library';
import { readD4rl } from './read-d4rl';
import { readD4rlMetadata } from './read-d4rl-metadata';
import { writeD4rl } from './write-d4rl';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-write-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function randomDataset(size: number) {
  const rng = Rng.fromSeed(size);
  const column = (width: number) => {
    const values = new Float32Array(size * width);
    rng.fillNormal(values);
    return values;
  };
  return createDataset({
    name: `random-${size}`,
    observations: column(4),
    actions: column(2),
    rewards: column(1),
    terminated: Uint8Array.from({ length: size }, (_, row) => (row % 97 === 96 ? 1 : 0)),
    truncated: Uint8Array.from({ length: size }, (_, row) => (row % 61 === 60 ? 1 : 0)),
    nextObservations: column(4),
    infos: {
      qpos: { width: 2, data: Float64Array.from(column(2)) },
      goal: { width: 2, data: column(2) },
      'task/index': { width: 1, data: Int32Array.from({ length: size }, (_, row) => row - 3) },
    },
  });
}

describe('writeD4rl', () => {
  it.each([1, 500])('writes %i rows that readD4rl reads back bit by bit', async (size) => {
    const dataset = randomDataset(size);
    const path = join(folder, `${dataset.name}.hdf5`);
    await writeD4rl(dataset, path);
    const read = await readD4rl(path);
    expect(read).toEqual(dataset);
    expect(hashDataset(read)).toBe(hashDataset(dataset));
  });

  it('writes more rows than fit in one chunk', async () => {
    const dataset = randomDataset(40_000);
    await writeD4rl(dataset, join(folder, 'many.hdf5'));
    expect(hashDataset(await readD4rl(join(folder, 'many.hdf5')))).toBe(hashDataset(dataset));
  });

  it('leaves out next observations and infos that are not there', async () => {
    const dataset = createDataset({
      name: 'bare',
      observations: [1],
      actions: [1],
      rewards: [1],
      terminated: [1],
    });
    await writeD4rl(dataset, join(folder, 'bare.hdf5'));
    expect(await readD4rl(join(folder, 'bare.hdf5'))).toEqual(dataset);
  });

  it("stores flags as h5py's booleans and everything in gzip chunks", async () => {
    const path = join(folder, 'layout.hdf5');
    await writeD4rl(randomDataset(100), path);
    const { File, Dataset } = await loadHdf5();
    const file = new File(path, 'r');
    try {
      for (const key of ['terminals', 'timeouts']) {
        const { metadata } = file.get(key) as InstanceType<typeof Dataset>;
        expect(metadata).toMatchObject({
          size: 1,
          shape: [100],
          enum_type: { members: { FALSE: 0, TRUE: 1 } },
        });
      }
      for (const key of ['observations', 'rewards', 'terminals', 'infos/qpos']) {
        const { filters, metadata } = file.get(key) as InstanceType<typeof Dataset>;
        expect(filters.map(({ name }) => name)).toEqual(['deflate']);
        expect(metadata.chunks).not.toBeNull();
      }
    } finally {
      file.close();
    }
  });

  it('stores metadata: text, numbers and the weights of a policy', async () => {
    const path = join(folder, 'policy.hdf5');
    const linear = (name: string) => ({
      [`policy/${name}/weight`]: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      [`policy/${name}/bias`]: { shape: [2], data: Float32Array.of(7, 8) },
    });
    await writeD4rl(randomDataset(3), path, {
      metadata: {
        algorithm: 'way-points über alles',
        iteration: 7,
        noise: 0.25,
        'policy/nonlinearity': 'relu',
        'policy/output_distribution': 'tanh_gaussian',
        ...linear('fc0'),
        ...linear('last_fc'),
      },
    });
    const layer = {
      outputSize: 2,
      inputSize: 3,
      weight: Float32Array.of(1, 2, 3, 4, 5, 6),
      bias: Float32Array.of(7, 8),
    };
    expect(await readBehaviourPolicy(path)).toEqual({
      algorithm: 'way-points über alles',
      nonlinearity: 'relu',
      outputDistribution: 'tanh_gaussian',
      layers: { fc0: layer, last_fc: layer },
    });
    expect(await readD4rlMetadata(path, 'algorithm')).toBe('way-points über alles');
    expect(await readD4rlMetadata(path, 'recipe')).toBeUndefined();
  });

  it('replaces an earlier file and leaves no temporary one', async () => {
    const path = join(mkdtempSync(join(folder, 'twice-')), 'set.hdf5');
    await writeD4rl(randomDataset(10), path);
    await writeD4rl(randomDataset(20), path);
    expect((await readD4rl(path)).size).toBe(20);
    expect(readdirSync(join(path, '..'))).toEqual(['set.hdf5']);
  });

  it('refuses a folder that does not exist', async () => {
    await expect(writeD4rl(randomDataset(1), join(folder, 'none', 'set.hdf5'))).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining('a folder that does not exist'),
    });
  });

  it('says that the disk is full and keeps the earlier file', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const unmount = mountSmallDisk(disk);
    if (unmount === undefined) return context.skip('mounting a small disk takes root on Linux');
    try {
      const path = join(disk, 'set.hdf5');
      writeFileSync(path, 'earlier');
      for (let attempt = 0; attempt < 2; attempt++) {
        await expect(writeD4rl(randomDataset(40_000), path)).rejects.toMatchObject({
          name: 'LamoError',
          code: 'disk-full',
          message: expect.stringContaining(path),
        });
      }
      expect(readFileSync(path, 'utf8')).toBe('earlier');
      expect(readdirSync(disk)).toEqual(['set.hdf5']);
    } finally {
      unmount();
    }
    // The library is still of use after it ran out of room.
    await writeD4rl(randomDataset(10), join(folder, 'after.hdf5'));
    expect((await readD4rl(join(folder, 'after.hdf5'))).size).toBe(10);
  });
});
