import type { BatchSource, ColumnArray } from '@lamo/core';
import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { allocateBatch } from './allocate-batch';
import { createDataset } from './dataset';
import { type SequenceField, type SequenceSamplerOptions, sequenceSampler } from './sequence-sampler';

/** Episodes of 6, 3 and 4 rows, the last unfinished. Row r: observation (r + 1, 1), action r + 1, reward 10^(row in episode). */
const ends = [6, 9, 13];
const startOf = (row: number) => (row < 6 ? 0 : row < 9 ? 6 : 9);
const endOf = (row: number) => ends.find((end) => end > row)!;
const all = Array.from({ length: 13 }, (_, row) => row);
const dataset = createDataset({
  observations: all.map((row) => [row + 1, 1]),
  actions: all.map((row) => [row + 1]),
  rewards: all.map((row) => 10 ** (row - startOf(row))),
  terminated: all.map((row) => row === 5),
  truncated: all.map((row) => row === 8),
});

const contextLength = 4;
function sample(options: Partial<SequenceSamplerOptions> = {}): {
  source: BatchSource;
  batch: Record<string, ColumnArray>;
} {
  const source = sequenceSampler(dataset, {
    contextLength,
    batchSize: 600,
    rng: Rng.fromSeed(1),
    ...options,
  });
  const batch = allocateBatch(source);
  source.next(batch);
  return { source, batch };
}

/** One window of a batch, position by position. */
function windowOf(batch: Record<string, ColumnArray>, i: number) {
  const part = (name: string, width = 1) =>
    Array.from(batch[name]!.subarray(i * contextLength * width, (i + 1) * contextLength * width));
  return {
    observations: part('observations', 2),
    actions: part('actions'),
    returnsToGo: part('returnsToGo'),
    timesteps: part('timesteps'),
    mask: part('mask'),
  };
}

/** The window that begins at a row, built from the definition. */
function expectedWindow(start: number, padding: 'left' | 'right', actionPadding = 0) {
  const rows = all.slice(start, Math.min(start + contextLength, endOf(start)));
  const empty = new Array<number>(contextLength - rows.length).fill(0);
  const pad = (values: number[], filler = empty) =>
    padding === 'left' ? [...filler, ...values] : [...values, ...filler];
  return {
    observations: pad(
      rows.flatMap((row) => [row + 1, 1]),
      [...empty, ...empty],
    ),
    actions: pad(
      rows.map((row) => row + 1),
      empty.map(() => actionPadding),
    ),
    returnsToGo: pad(
      rows.map((row) =>
        all.slice(row, endOf(row)).reduce((sum, later) => sum + 10 ** (later - startOf(later)), 0),
      ),
    ),
    timesteps: pad(rows.map((row) => row - startOf(row))),
    mask: pad(rows.map(() => 1)),
  };
}

/** Row that a window of a batch begins at. */
function startRow(batch: Record<string, ColumnArray>, i: number): number {
  const window = windowOf(batch, i);
  return window.actions[window.mask.indexOf(1)]! - 1;
}

describe('sequenceSampler', () => {
  it.each(['left', 'right'] as const)(
    'cuts windows inside one episode and pads short ones on the %s',
    (padding) => {
      const { source, batch } = sample({ padding });
      expect(source.shapes).toEqual({
        observations: [600, 4, 2],
        actions: [600, 4, 1],
        returnsToGo: [600, 4],
        timesteps: [600, 4],
        mask: [600, 4],
      });
      for (let i = 0; i < 600; i++)
        expect(windowOf(batch, i)).toEqual(expectedWindow(startRow(batch, i), padding));
    },
  );

  it('starts at every row of the finished episodes about equally often, so episodes count by their length', () => {
    const { source, batch } = sample();
    const counts = new Array<number>(13).fill(0);
    for (let round = 0; round < 15; round++) {
      for (let i = 0; i < 600; i++) counts[startRow(batch, i)]!++;
      source.next(batch);
    }
    expect(counts.slice(9)).toEqual([0, 0, 0, 0]);
    // 1000 expected at each of nine rows, standard deviation 30: five of them.
    for (const count of counts.slice(0, 9)) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('takes windows of the unfinished episode when asked to', () => {
    const { batch } = sample({ unfinished: 'keep' });
    const starts = new Set(Array.from({ length: 600 }, (_, i) => startRow(batch, i)));
    expect(Array.from(starts).sort((a, b) => a - b)).toEqual(all);
  });

  it('scales returns-to-go, clamps time steps and pads actions as asked, leaving nothing of the batch before', () => {
    const { source, batch } = sample({ returnScale: 10, maxTimesteps: 3, actionPadding: -10 });
    for (const array of Object.values(batch)) array.fill(7);
    source.next(batch);
    for (let i = 0; i < 600; i++) {
      const expected = expectedWindow(startRow(batch, i), 'left', -10);
      expect(windowOf(batch, i)).toEqual({
        ...expected,
        returnsToGo: expected.returnsToGo.map((value) => Math.fround(value / 10)),
        timesteps: expected.timesteps.map((step) => Math.min(step, 2)),
      });
    }
  });

  it('leaves the own reward out of returns-to-go when asked to, so that they end at 0', () => {
    const { batch } = sample({ returnsFrom: 'next' });
    for (let i = 0; i < 600; i++) {
      const expected = expectedWindow(startRow(batch, i), 'left');
      const ownRewards = expected.timesteps.map((step, at) => expected.mask[at]! * 10 ** step);
      const returns = expected.returnsToGo.map((value, at) => value - ownRewards[at]!);
      expect(windowOf(batch, i)).toEqual({ ...expected, returnsToGo: returns });
    }
  });

  it('repeats itself from a seed and continues from a saved state', () => {
    const { source, batch } = sample();
    const resumed = sample({ rng: Rng.fromSeed(99) });
    resumed.source.restore(JSON.parse(JSON.stringify(source.state())));
    source.next(batch);
    resumed.source.next(resumed.batch);
    expect(resumed.batch).toEqual(batch);
    expect(sample().batch).toEqual(sample().batch);
  });

  it('refuses a dataset without a finished episode unless it may take unfinished ones', () => {
    const stream = createDataset({
      observations: [1, 2],
      actions: [1, 2],
      rewards: [1, 2],
      terminated: [0, 0],
    });
    const options = { contextLength: 2, batchSize: 1, rng: Rng.fromSeed(1) };
    expect(() => sequenceSampler(stream, options)).toThrow(
      expect.objectContaining({ code: 'no-finished-episode' }),
    );
    expect(sequenceSampler(stream, { ...options, unfinished: 'keep' }).shapes.mask).toEqual([1, 2]);
    expect(() => sequenceSampler(stream, { ...options, contextLength: 0 })).toThrow(
      expect.objectContaining({ code: 'out-of-range' }),
    );
  });
});

describe('extra columns in a batch of windows', () => {
  const withTasks = createDataset({
    ...dataset,
    infos: {
      task: { width: 2, data: Int32Array.from(all.flatMap((row) => [row + 1, -row - 1])) },
      broken: { width: 1, data: Float64Array.from(all, (row) => (row === 3 ? Number.NaN : 0)) },
    },
  });
  const draw = <Field extends SequenceField>(
    fields: readonly Field[],
    options: Partial<SequenceSamplerOptions> = {},
  ) => {
    const rng = Rng.fromSeed(1);
    const source = sequenceSampler(withTasks, { contextLength, batchSize: 40, ...options, rng, fields });
    const batch = allocateBatch(source);
    for (const array of Object.values<ColumnArray>(batch)) array.fill(7);
    source.next(batch);
    return { source, batch };
  };

  it.each(['left', 'right'] as const)(
    'are those of the same rows, 0 where windows are padded on the %s',
    (padding) => {
      const { source, batch } = draw(['actions', 'infos/task', 'mask'], { padding });
      expect(source.shapes).toEqual({ actions: [40, 4, 1], 'infos/task': [40, 4, 2], mask: [40, 4] });
      expect(batch.mask).toContain(0);
      for (const [i, action] of batch.actions.entries())
        expect([...batch['infos/task'].slice(2 * i, 2 * i + 2)]).toEqual([action, 0 - action]);
    },
  );

  it('leave the windows that are drawn as they are', () => {
    const { batch } = draw(['infos/task', 'timesteps', 'observations']);
    const { observations, timesteps } = sample({ batchSize: 40 }).batch;
    expect(batch).toEqual({ observations, timesteps, 'infos/task': expect.anything() });
  });

  it('are refused if they do not exist, or are not finite', () => {
    expect(() => draw(['infos/tasks'])).toThrow(/no `infos\/tasks` for batches.*Did you mean `infos\/task`/);
    expect(() => draw(['reward' as 'mask'])).toThrow(/no `reward` for batches/);
    expect(() => draw(['infos/broken'])).toThrow(/not finite in row 3, column 0/);
  });
});
