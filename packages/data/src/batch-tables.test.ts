import { type BatchSource, Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { allocateBatch } from './allocate-batch';
import { createDataset } from './dataset';
import { sequenceSampler } from './sequence-sampler';
import { transitionSampler } from './transition-sampler';
import { qlearningTransitions, transitions } from './transitions';

const rows = 40;
const content = {
  actions: Array.from({ length: rows }, (_, row) => [row / 100]),
  rewards: Array.from({ length: rows }, (_, row) => 2 * row),
  terminated: Array.from({ length: rows }, (_, row) => row === 19 || row === 39),
  truncated: Array.from({ length: rows }, (_, row) => row === 29),
  infos: { task: { width: 1, data: Int32Array.from({ length: rows }, (_, row) => row % 3) } },
};
const dataset = createDataset({
  ...content,
  observations: Array.from({ length: rows }, (_, row) => [row, -row]),
});
const images = createDataset({
  ...content,
  observations: Uint8Array.from({ length: rows * 12 }, (_, i) => i % 251),
  observationSpace: { kind: 'image', shape: [2, 2, 3] },
} as never);

/** Reads the arrays of the next batch from the tables; what is not in them is filled. */
function readBatch({ shapes, bytes, tables }: BatchSource): Record<string, number[]> {
  const { arrays, rows, reads, draw } = tables!;
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const lists = Object.fromEntries(
    Object.entries(rows).map(([name, shape]) => [name, new Int32Array(size(shape))]),
  );
  const filled = Object.fromEntries(
    Object.entries(shapes)
      .filter(([name]) => reads[name] === undefined)
      .map(([name, shape]) => [
        name,
        bytes?.includes(name) ? new Uint8Array(size(shape)) : new Float32Array(size(shape)),
      ]),
  );
  draw(lists, filled);
  const held = arrays();
  const read = (name: string): number[] => {
    const { table, rows: list } = reads[name]!;
    const { data, shape } = held[table]!;
    const width = size(shape.slice(1));
    expect(data.length).toBe(size(shape));
    return Array.from(lists[list]!).flatMap((row) => [...data.subarray(row * width, (row + 1) * width)]);
  };
  return Object.fromEntries(
    Object.keys(shapes).map((name) => [name, filled[name] ? [...filled[name]] : read(name)]),
  );
}

const sources: Readonly<Record<string, (rng: Rng) => BatchSource>> = {
  transitions: (rng) =>
    transitionSampler(transitions(dataset), { batchSize: 16, rng, rewardScale: 3, rewardShift: -1 }),
  'transitions with next actions and a task': (rng) =>
    transitionSampler(qlearningTransitions(dataset), {
      batchSize: 16,
      rng,
      fields: ['observations', 'nextObservations', 'nextActions', 'infos/task'],
    }),
  'transitions with images': (rng) =>
    transitionSampler(transitions(images), { batchSize: 16, rng, fields: ['observations', 'actions'] }),
  windows: (rng) =>
    sequenceSampler(dataset, { batchSize: 16, contextLength: 7, rng, actionPadding: -10, returnScale: 5 }),
  'windows filled on the right, with a task': (rng) =>
    sequenceSampler(dataset, {
      ...{ batchSize: 16, contextLength: 7, rng, padding: 'right', maxTimesteps: 12 },
      fields: ['observations', 'timesteps', 'mask', 'infos/task'],
    }),
  'windows with images': (rng) =>
    sequenceSampler(images, { batchSize: 8, contextLength: 3, rng, fields: ['observations', 'mask'] }),
};

describe('batches that are read from tables', () => {
  it.each(Object.entries(sources))('are those that are filled: %s', (_, open) => {
    const [fromTables, filled] = [open(Rng.fromSeed(4)), open(Rng.fromSeed(4))];
    const batch = allocateBatch(filled);
    for (let i = 0; i < 5; i++) {
      filled.next(batch);
      const expected = Object.fromEntries(Object.entries(batch).map(([name, data]) => [name, [...data]]));
      expect(readBatch(fromTables)).toEqual(expected);
    }
    expect(fromTables.state()).toEqual(filled.state());
  });

  it('have one table for observations and those after them, where they are the same numbers', () => {
    const source = transitionSampler(qlearningTransitions(dataset), { batchSize: 4, rng: Rng.fromSeed(1) });
    expect(Object.keys(source.tables!.arrays())).toEqual([
      'observations',
      'actions',
      'rewards',
      'terminated',
    ]);
    expect(source.tables!.reads.nextObservations).toEqual({ table: 'observations', rows: 'nextRows' });
  });
});
