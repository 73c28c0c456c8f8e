import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { writeHdf5 } from '../test/write-hdf5';
import { allocateBatch } from './allocate-batch';
import { createDataset, type DatasetInput } from './dataset';
import { datasetWarnings } from './dataset-warnings';
import { describeDataset } from './describe-dataset';
import { selectEpisodes } from './episodes';
import { hashDataset } from './hash-dataset';
import { describeObservations, fitsObservations } from './observation-space';
import { readD4rl } from './read-d4rl';
import { scaleObservations } from './scalers';
import { sequenceSampler } from './sequence-sampler';
import { splitBySteps } from './split-by-steps';
import { transitionSampler } from './transition-sampler';
import { transitions } from './transitions';
import { writeD4rl } from './write-d4rl';

const folder = mkdtempSync(join(tmpdir(), 'lamo-spaces-'));
const rows = [0, 1, 2, 3, 4, 5];
const common = {
  actions: rows,
  rewards: rows,
  terminated: rows.map((row) => row === 2),
  truncated: rows.map((row) => row === 5),
};

/** Row r is an image of 2 × 3 pixels with 2 channels, whose bytes are 20 r + place; what comes next is that of the following row. */
const bytesOf = (row: number) => Array.from({ length: 12 }, (_, place) => 20 * row + place);
const shape = [2, 3, 2] as const;
const images = (extra: Partial<DatasetInput> = {}) =>
  createDataset({
    name: 'images',
    observations: Uint8Array.from(rows.flatMap(bytesOf)),
    observationSpace: { kind: 'image', shape },
    ...common,
    ...extra,
  });

describe('a dataset of images', () => {
  it('keeps the bytes it is given, and takes numbers that are bytes', () => {
    const observations = Uint8Array.from(rows.flatMap(bytesOf));
    const dataset = images({ observations });
    expect(dataset.observations).toBe(observations);
    expect(dataset).toMatchObject({ observationSize: 12, observationSpace: { kind: 'image', shape } });
    expect(images({ observations: rows.map(bytesOf) })).toEqual(dataset);
    expect(images({ observations: new Uint8ClampedArray(observations) })).toEqual(dataset);
    expect(describeDataset(dataset).observationSpace).toEqual({ kind: 'image', shape });
    expect(describeObservations(dataset)).toBe('images of 2 × 3 × 2');
  });

  const wrong: [string, Partial<DatasetInput>, RegExp][] = [
    [
      'halves',
      { observations: rows.flatMap(bytesOf).map((byte, i) => (i === 13 ? 0.5 : byte)) },
      /byte in row 1, place 1.*received 0.5/,
    ],
    [
      'numbers above 255',
      { observations: rows.map((row) => bytesOf(row).fill(row === 2 ? 256 : 0)) },
      /byte in row 2, place 0/,
    ],
    [
      'an image too few',
      { nextObservations: new Uint8Array(60) },
      /`nextObservations` .* 6 images of 12 bytes.*60 numbers/,
    ],
    [
      'an image that is too small',
      { observations: rows.map((row) => bytesOf(row).slice(row === 4 ? 1 : 0)) },
      /12 bytes for each.*11 in row 4/,
    ],
    ['no images', { observations: undefined as never }, /`observations` .* is missing/],
    [
      'a shape of two lengths',
      { observationSpace: { kind: 'image', shape: [4, 3] as never } },
      /\[height, width, channels\]/,
    ],
    [
      'a shape of nothing',
      { observationSpace: { kind: 'image', shape: [0, 3, 4] } },
      /three positive integers/,
    ],
    ['another size', { observationSize: 11 }, /11 numbers in an image/],
    ['another kind', { observationSpace: { kind: 'picture' } as never }, /kind: 'vector'.*kind: 'image'/],
  ];
  it.each(wrong)('refuses %s', (_, extra, message) => {
    expect(() => images(extra)).toThrow(message);
  });

  it('is the same after writing and reading, its array in the file of bytes', async () => {
    const path = join(folder, 'images.hdf5');
    const dataset = images({ nextObservations: Uint8Array.from([...rows.slice(1), 9].flatMap(bytesOf)) });
    await writeD4rl(dataset, path);
    const read = await readD4rl(path);
    expect(read).toEqual(dataset);
    expect(hashDataset(read)).toBe(hashDataset(dataset));
  });

  it('has another hash in another shape', () => {
    const turned = images({ observationSpace: { kind: 'image', shape: [3, 2, 2] } });
    expect(hashDataset(turned)).not.toBe(hashDataset(images()));
  });

  it('is read from files of others that have bytes with four dimensions, and refused where they are not bytes', async () => {
    const path = join(folder, 'floats.hdf5');
    const numbers = Float32Array.from(rows.flatMap(bytesOf));
    const write = (observations: Float32Array | Uint8Array, length: readonly number[]) =>
      writeHdf5(path, {
        observations: { data: observations, shape: [6, ...length] },
        actions: { data: Float32Array.from(rows), shape: [6, 1] },
        rewards: { data: Float32Array.from(rows), shape: [6] },
        terminals: { data: Float32Array.from(common.terminated, Number), shape: [6] },
      });
    await write(numbers, shape);
    expect((await readD4rl(path)).observations).toEqual(images().observations); // whole numbers, stored as floats
    await write(
      numbers.map((byte) => byte / 255),
      shape,
    );
    await expect(readD4rl(path)).rejects.toThrow(/something other than a byte in row 0, place 1/);
    await write(Uint8Array.from(numbers), [12]);
    expect((await readD4rl(path)).observationSpace).toBeUndefined();
    const declared = await readD4rl(path, { observationSpace: { kind: 'image', shape } });
    expect(declared.observations).toEqual(images().observations);
    await write(numbers, [2, 6]);
    await expect(readD4rl(path)).rejects.toThrow(/rows, height, width and channels/);
  });

  it('is not read from files whose channels come first, unless their reader says that they do not', async () => {
    const path = join(folder, 'first.hdf5');
    const write = (length: readonly number[], next = length) => {
      const size = length.reduce((product, each) => product * each, 6);
      return writeHdf5(path, {
        observations: { data: new Uint8Array(size), shape: [6, ...length] },
        next_observations: { data: new Uint8Array(size), shape: [6, ...next] },
        actions: { data: Float32Array.from(rows), shape: [6, 1] },
        rewards: { data: Float32Array.from(rows), shape: [6] },
        terminals: { data: Float32Array.from(common.terminated, Number), shape: [6] },
      });
    };
    for (const [channels, height, width] of [
      [3, 16, 12],
      [1, 8, 9],
      [4, 20, 20],
    ] as const) {
      await write([channels, height, width]);
      await expect(readD4rl(path)).rejects.toMatchObject({
        code: 'channels-first',
        message: expect.stringMatching(
          new RegExp(
            `Expected .*\\[6, ${height}, ${width}, ${channels}\\].*received \\[6, ${channels}, ${height}, ${width}\\].*moveaxis.*observationSpace`,
          ),
        ),
      });
    }
    const flat = { kind: 'image', shape: [4, 20, 20] } as const;
    const dataset = await readD4rl(path, { observationSpace: flat });
    expect(dataset.observationSpace).toEqual(flat);
    expect(datasetWarnings(dataset)).toContainEqual({
      code: 'channels-first',
      message: expect.stringMatching(/4 high and 20 wide, with 20 channels/),
    });
    // Small images, channels that come last, and narrow images of a few channels are what they say.
    for (const length of [
      [2, 3, 2],
      [84, 84, 4],
      [3, 16, 3],
      [5, 20, 20],
    ]) {
      await write(length);
      expect((await readD4rl(path)).observationSpace).toEqual({ kind: 'image', shape: length });
      expect(datasetWarnings(await readD4rl(path)).map(({ code }) => code)).not.toContain('channels-first');
    }
    for (const next of [[12, 16, 3], [16 * 12 * 3]]) {
      await write([16, 12, 3], next);
      await expect(readD4rl(path)).rejects.toMatchObject({
        code: 'shape-mismatch',
        message: expect.stringMatching(
          /`next_observations` and `observations`.*\[6, 16, 12, 3\].*received \[6, /,
        ),
      });
    }
  });

  it('fills batches of bytes, of the rows that are drawn', () => {
    const source = transitionSampler(transitions(images()), { batchSize: 30, rng: Rng.fromSeed(1) });
    expect(source.shapes.observations).toEqual([30, ...shape]);
    expect(source.bytes).toEqual(['observations', 'nextObservations']);
    const batch = allocateBatch(source);
    source.next(batch);
    for (const [i, reward] of batch.rewards.entries()) {
      expect([...batch.observations.subarray(12 * i, 12 * i + 12)]).toEqual(bytesOf(reward));
      const next = batch.terminated[i] === 1 ? reward : reward + 1;
      expect([...batch.nextObservations.subarray(12 * i, 12 * i + 12)]).toEqual(bytesOf(next));
    }
    expect(batch.observations).toBeInstanceOf(Uint8Array);
    expect(batch.rewards).toBeInstanceOf(Float32Array);
  });

  it('fills windows of bytes, 0 where they are padded', () => {
    const source = sequenceSampler(images(), { contextLength: 2, batchSize: 30, rng: Rng.fromSeed(1) });
    expect(source.shapes.observations).toEqual([30, 2, ...shape]);
    const batch = allocateBatch(source);
    source.next(batch);
    for (const [i, action] of batch.actions.entries()) {
      const expected = batch.mask[i] === 1 ? bytesOf(action) : Array(12).fill(0);
      expect([...batch.observations.subarray(12 * i, 12 * i + 12)]).toEqual(expected);
    }
    expect(batch.observations).toBeInstanceOf(Uint8Array);
  });

  it('is of images still after episodes are selected or cut', () => {
    const last = selectEpisodes(images(), [1]);
    expect(last.observations).toEqual(Uint8Array.from([3, 4, 5].flatMap(bytesOf)));
    expect(last.observationSpace).toEqual({ kind: 'image', shape });
    const cut = splitBySteps(images(), 2);
    expect(cut.observationSpace).toEqual({ kind: 'image', shape });
    expect(cut.observations).toBeInstanceOf(Uint8Array);
  });

  it('has its rows in order if the images that follow are equal', () => {
    const following = [1, 2, 9, 4, 5, 9];
    const inOrder = images({ nextObservations: following.map(bytesOf) });
    const warnings = (dataset: typeof inOrder) => datasetWarnings(dataset).map(({ code }) => code);
    expect(warnings(inOrder)).not.toContain('rows-out-of-order');
    const offByOne = images({
      nextObservations: following.map((row) => bytesOf(row).map((byte) => byte + 1)),
    });
    expect(warnings(offByOne)).toContain('rows-out-of-order');
  });

  it('refuses to be scaled to floats', () => {
    const scaler = { mean: new Float32Array(12), standardDeviation: new Float32Array(12).fill(1) };
    expect(() => scaleObservations(images(), scaler)).toThrow(
      expect.objectContaining({ code: 'image-observations' }),
    );
  });

  it('does not fit an environment that gives as many numbers', () => {
    expect(fitsObservations(images(), { observationSize: 12 })).toBe(false);
  });
});
