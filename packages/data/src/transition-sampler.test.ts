import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { allocateBatch } from './allocate-batch';
import { createDataset } from './dataset';
import { transitionSampler } from './transition-sampler';
import { qlearningTransitions, transitions } from './transitions';

const rows = 40;
/** Row r: observation (r, -r), action r / 100, reward 2r; it terminates at 19 and is cut at 29. */
const dataset = createDataset({
  observations: Array.from({ length: rows }, (_, row) => [row, -row]),
  actions: Array.from({ length: rows }, (_, row) => [row / 100]),
  rewards: Array.from({ length: rows }, (_, row) => 2 * row),
  terminated: Array.from({ length: rows }, (_, row) => row === 19),
  truncated: Array.from({ length: rows }, (_, row) => row === 29),
});
/** The same with the next observations that its rows would have had. */
const stored = createDataset({
  ...dataset,
  nextObservations: Array.from({ length: rows }, (_, row) => [row + 1, -row - 1]),
});
const view = qlearningTransitions(dataset);

describe('transitionSampler', () => {
  it('fills all five arrays from the same row', () => {
    const source = transitionSampler(view, { batchSize: 64, rng: Rng.fromSeed(1) });
    expect(source.shapes).toEqual({
      observations: [64, 2],
      actions: [64, 1],
      rewards: [64],
      nextObservations: [64, 2],
      terminated: [64],
    });
    const batch = allocateBatch(source);
    source.next(batch);
    for (let i = 0; i < 64; i++) {
      const row = batch.observations![2 * i]!;
      expect(batch.observations![2 * i + 1]).toBe(-row);
      expect(batch.actions![i]).toBe(Math.fround(row / 100));
      expect(batch.rewards![i]).toBe(2 * row);
      expect(Array.from(batch.nextObservations!.subarray(2 * i, 2 * i + 2))).toEqual([row + 1, -row - 1]);
      expect(batch.terminated![i]).toBe(row === 19 ? 1 : 0);
    }
  });

  it('draws every transition about equally often, and no other row', () => {
    const source = transitionSampler(view, {
      batchSize: 380,
      rng: Rng.fromSeed(2),
      fields: ['observations'],
    });
    const batch = allocateBatch(source);
    const counts = new Array<number>(rows).fill(0);
    for (let i = 0; i < 100; i++) {
      source.next(batch);
      for (let j = 0; j < 380; j++) counts[batch.observations![2 * j]!]!++;
    }
    expect([counts[29], counts[39]]).toEqual([0, 0]);
    // Pearson's statistic over 38 rows with 1000 expected in each: 37 degrees of freedom, above 80 with p < 1e-4.
    const statistic = Array.from(view.rows).reduce((sum, row) => sum + (counts[row]! - 1000) ** 2 / 1000, 0);
    expect(statistic).toBeLessThan(80);
    expect(statistic).toBeGreaterThan(10);
  });

  it('fills only the fields that are asked for', () => {
    const source = transitionSampler(view, {
      batchSize: 3,
      rng: Rng.fromSeed(1),
      fields: ['observations', 'actions'],
    });
    expect(Object.keys(source.shapes)).toEqual(['observations', 'actions']);
    source.next(allocateBatch(source));
  });

  it.each([
    ['of the following row', transitions(dataset, { nextActions: true })],
    ['of the following row with stored next observations', transitions(stored, { nextActions: true })],
    ["of the following row in D4RL's view", view],
  ])('gives next actions %s', (_, transitions) => {
    const fields = ['observations', 'nextActions', 'terminated'] as const;
    const source = transitionSampler(transitions, { batchSize: 800, rng: Rng.fromSeed(1), fields });
    expect(source.shapes).toEqual({ observations: [800, 2], nextActions: [800, 1], terminated: [800] });
    const batch = allocateBatch(source);
    source.next(batch);
    const seen = new Set<number>();
    for (let i = 0; i < 800; i++) {
      const row = batch.observations![2 * i]!;
      seen.add(row);
      if (batch.terminated![i] === 0) expect(batch.nextActions![i]).toBe(Math.fround((row + 1) / 100));
    }
    // Neither the row that was cut nor the unfinished last one has a next action; the terminated one needs none.
    expect(seen).toEqual(new Set(Array.from(view.rows)));
  });

  it('refuses to give next actions where not all are known', () => {
    const fields = ['nextActions'] as const;
    expect(() =>
      transitionSampler(transitions(stored), { batchSize: 1, rng: Rng.fromSeed(1), fields }),
    ).toThrow(expect.objectContaining({ code: 'unknown-next-actions' }));
  });

  it('calls a time-out no end: only terminated rows are terminal', () => {
    const everyRow = createDataset({ ...dataset, nextObservations: dataset.observations });
    const source = transitionSampler(transitions(everyRow), { batchSize: 400, rng: Rng.fromSeed(1) });
    const batch = allocateBatch(source);
    source.next(batch);
    const seen = new Map(Array.from(batch.terminated!, (flag, i) => [batch.observations![2 * i]!, flag]));
    expect([...seen].filter(([, flag]) => flag === 1)).toEqual([[19, 1]]);
    expect(seen.get(29)).toBe(0);
  });

  it('scales rewards, then shifts them', () => {
    const source = transitionSampler(view, {
      batchSize: 8,
      rng: Rng.fromSeed(1),
      rewardScale: 10,
      rewardShift: -5,
    });
    const batch = allocateBatch(source);
    source.next(batch);
    for (let i = 0; i < 8; i++) expect(batch.rewards![i]).toBe(20 * batch.observations![2 * i]! - 5);
  });

  it('adds up the scaled rewards that follow, to the end of each episode', () => {
    const source = transitionSampler(transitions(stored), {
      batchSize: 800,
      rng: Rng.fromSeed(1),
      fields: ['observations', 'returnsToGo'],
      rewardScale: 0.5,
      rewardShift: -1,
      returns: { discount: 0.5, cut: 'last-reward' },
    });
    expect(source.shapes).toEqual({ observations: [800, 2], returnsToGo: [800] });
    const batch = allocateBatch(source);
    source.next(batch);
    const seen = new Map(Array.from(batch.returnsToGo!, (value, i) => [batch.observations![2 * i], value]));
    // Row r earns r − 1. Row 19 terminates; rows 29 and 39 do not, so what they earned goes on: 2 (r − 1).
    expect([19, 18, 29, 28, 39].map((row) => seen.get(row))).toEqual([18, 17 + 9, 56, 27 + 28, 76]);
  });

  it('refuses to add up the rewards of rows that are out of order', () => {
    const shuffled = createDataset({
      ...stored,
      nextObservations: Array.from({ length: rows }, (_, row) => [row + 7, -row - 7]),
    });
    const fields = ['returnsToGo'] as const;
    expect(() =>
      transitionSampler(transitions(shuffled), { batchSize: 1, rng: Rng.fromSeed(1), fields }),
    ).toThrow(expect.objectContaining({ code: 'rows-out-of-order' }));
  });

  it('repeats itself from a seed and continues from a saved state', () => {
    const create = (seed: number) => transitionSampler(view, { batchSize: 16, rng: Rng.fromSeed(seed) });
    const [first, second, resumed] = [create(4), create(4), create(99)];
    const [a, b] = [allocateBatch(first), allocateBatch(first)];
    first.next(a);
    second.next(b);
    expect(a).toEqual(b);
    resumed.restore(JSON.parse(JSON.stringify(first.state())));
    first.next(a);
    expect(a).not.toEqual(b);
    resumed.next(b);
    expect(a).toEqual(b);
  });

  it('draws a batch of 256 in little time and without garbage', () => {
    const source = transitionSampler(view, { batchSize: 256, rng: Rng.fromSeed(1) });
    const batch = allocateBatch(source);
    for (let i = 0; i < 3000; i++) source.next(batch);
    const heap = process.memoryUsage().heapUsed;
    for (let i = 0; i < 3000; i++) source.next(batch);
    // One object per draw would be 16 bytes · 256 · 3000 = 12 MB; a collection in between makes this negative.
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(1e6);
  });

  it('refuses a batch of nothing', () => {
    const single = createDataset({ observations: [1], actions: [1], rewards: [1], terminated: [0] });
    expect(() => transitionSampler(transitions(single), { batchSize: 4, rng: Rng.fromSeed(1) })).toThrow(
      expect.objectContaining({ code: 'empty-dataset' }),
    );
    for (const options of [{ batchSize: 0 }, { batchSize: Number.NaN }, { rewardScale: Number.NaN }]) {
      expect(() => transitionSampler(view, { batchSize: 4, rng: Rng.fromSeed(1), ...options })).toThrow(
        expect.objectContaining({ code: 'out-of-range' }),
      );
    }
  });
});

describe('extra columns in a batch', () => {
  const rows = [0, 1, 2, 3, 4, 5];
  const dataset = createDataset({
    name: 'tasks',
    observations: rows,
    actions: rows,
    rewards: rows,
    terminated: rows.map((row) => row === 5),
    nextObservations: rows,
    infos: {
      task: { width: 2, data: Int32Array.from(rows.flatMap((row) => [row, -row])) },
      'goal/x': { width: 1, data: Float64Array.from(rows, (row) => row / 2) },
      broken: { width: 1, data: Float64Array.from(rows, (row) => (row === 3 ? Number.NaN : 0)) },
    },
  });
  const sample = (fields: readonly ('observations' | `infos/${string}`)[]) =>
    transitionSampler(transitions(dataset), { batchSize: 40, rng: Rng.fromSeed(1), fields });

  it('are those of the same rows, whatever type of numbers they are', () => {
    const source = sample(['observations', 'infos/task', 'infos/goal/x']);
    expect(source.shapes).toEqual({ observations: [40, 1], 'infos/task': [40, 2], 'infos/goal/x': [40, 1] });
    const batch = allocateBatch(source);
    source.next(batch);
    for (const [i, row] of batch.observations!.entries()) {
      expect([...batch['infos/task']!.slice(2 * i, 2 * i + 2)]).toEqual([row, 0 - row]);
      expect(batch['infos/goal/x']![i]).toBe(row / 2);
    }
  });

  it('are refused if they do not exist, or are not finite', () => {
    expect(() => sample(['infos/tasks'])).toThrow(
      /no `infos\/tasks` for batches.*Expected infos\/task, .*Did you mean `infos\/task`/,
    );
    expect(() => sample(['reward' as 'observations'])).toThrow(/no `reward` for batches/);
    expect(() => sample(['infos/broken'])).toThrow(/not finite in row 3, column 0/);
  });
});
