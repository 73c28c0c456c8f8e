import { LamoError } from '@lamo/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset, type DatasetInput } from './dataset';

/** Two episodes of two rows, the second unfinished. */
const valid: DatasetInput = {
  name: 'tiny',
  observations: [
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
    [9, 10, 11],
  ],
  actions: [[0.1], [0.2], [0.3], [0.4]],
  rewards: [1, 2, 3, 4],
  terminated: [0, 1, 0, 0],
};

function errorOf(input: Partial<DatasetInput>): LamoError {
  try {
    createDataset({ ...valid, ...input });
  } catch (error) {
    if (LamoError.isInstance(error)) return error;
  }
  throw new Error('no LamoError was thrown');
}

describe('createDataset', () => {
  it('takes nested arrays and finds the sizes and the episodes', () => {
    const dataset = createDataset(valid);
    expect(dataset).toMatchObject({ name: 'tiny', size: 4, observationSize: 3, actionSize: 1 });
    expect(dataset.observations).toEqual(Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 4));
    expect(dataset.lastEpisodeFinished).toBe(false);
    expect(dataset.truncated).toEqual(new Uint8Array(4));
  });

  it('takes flat arrays, doubles too, and keeps a Float32Array without a copy', () => {
    const observations = Float32Array.from({ length: 12 }, (_, i) => i);
    const dataset = createDataset({
      observations,
      actions: Float64Array.of(0.1, 0.2, 0.3, 0.4),
      rewards: [1, 2, 3, 4],
      terminated: [false, false, false, true],
      truncated: Uint8Array.of(0, 1, 0, 0),
      nextObservations: observations,
      infos: { goal: { width: 2, data: new Float64Array(8).fill(Number.NaN) } },
    });
    expect(dataset.observations).toBe(observations);
    expect(dataset).toMatchObject({ size: 4, observationSize: 3, actionSize: 1, lastEpisodeFinished: true });
    expect(dataset.actions).toEqual(Float32Array.of(0.1, 0.2, 0.3, 0.4));
    expect(dataset.episodeEnds).toEqual(Uint32Array.of(2, 4));
  });

  it('names row and column of the first value that is not finite', () => {
    const error = errorOf({
      observations: [
        [0, 1, 2],
        [3, 4, 5],
        [6, Number.NaN, 8],
        [9, 10, 11],
      ],
    });
    expect(error.code).toBe('not-finite');
    expect(error.message).toBe(
      '[lamo/data/dataset] `observations` of `tiny` has a value that is not finite in row 2, column 1. Expected finite ' +
        'numbers, received NaN. Leave that episode out, or fix the program that wrote the log.',
    );
  });

  it('refuses a double that overflows a 32-bit float, and says so', () => {
    const error = errorOf({ rewards: [1, 2, 1e39, 4] });
    expect(error.code).toBe('not-finite');
    expect(error.message).toContain(
      'row 2, column 0. Expected numbers that fit in 32-bit floats, received 1e+39',
    );
  });

  it.each<[string, string, Partial<DatasetInput>, string]>([
    [
      'no rows',
      'empty-dataset',
      { rewards: [], observations: [], actions: [], terminated: [] },
      'at least one reward',
    ],
    ['fewer actions than rewards', 'length-mismatch', { actions: [[1], [2]] }, 'Expected 4 rows'],
    ['more flags than rewards', 'length-mismatch', { terminated: [0, 0, 0, 0, 1] }, 'received 5'],
    [
      'a flat column that does not divide',
      'length-mismatch',
      { actions: [1, 2, 3, 4, 5] },
      'received 5 numbers',
    ],
    ['a ragged row', 'wrong-width', { actions: [[1], [2], [3, 4], [5]] }, 'received 2 in row 2'],
    ['another width than was said', 'wrong-width', { observationSize: 4 }, 'Expected 4 numbers per row'],
    [
      'rewards with two columns',
      'wrong-width',
      {
        rewards: [
          [1, 2],
          [1, 2],
          [1, 2],
          [1, 2],
        ],
      },
      'Expected 1 number per row',
    ],
    [
      'next observations of another width',
      'wrong-width',
      { nextObservations: [[1], [2], [3], [4]] },
      'Expected 3',
    ],
    [
      'infinite actions',
      'not-finite',
      { actions: [[1], [2], [3], [Number.NEGATIVE_INFINITY]] },
      'row 3, column 0',
    ],
    [
      'a flag that is none',
      'not-a-flag',
      { terminated: [0, 0, 2, 0] },
      'row 2. Expected 0, 1, false or true, received 2',
    ],
    ['a flag that is NaN', 'not-a-flag', { truncated: [0, 0, 0, Number.NaN] }, 'received NaN'],
    [
      'short infos',
      'length-mismatch',
      { infos: { qpos: { width: 2, data: new Float32Array(6) } } },
      'received 6 numbers',
    ],
  ])('refuses %s', (_, code, input, message) => {
    const error = errorOf(input);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('stores any finite columns unchanged, flat or nested, with every row in one episode', () => {
    const row = fc.record({
      observation: fc.tuple(
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.float({ noNaN: true, noDefaultInfinity: true }),
      ),
      reward: fc.float({ noNaN: true, noDefaultInfinity: true }),
      terminated: fc.boolean(),
      truncated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const common = {
          actions: rows.map(() => [0]),
          rewards: rows.map(({ reward }) => reward),
          terminated: rows.map(({ terminated }) => terminated),
          truncated: rows.map(({ truncated }) => truncated),
        };
        const nested = createDataset({ ...common, observations: rows.map(({ observation }) => observation) });
        const flat = createDataset({
          ...common,
          observations: rows.flatMap(({ observation }) => observation),
        });
        expect(flat).toEqual(nested);
        expect(Array.from(nested.observations)).toEqual(rows.flatMap(({ observation }) => observation));

        const ends = Array.from(nested.episodeEnds);
        expect(ends.at(-1)).toBe(rows.length);
        const flagged = rows.flatMap((each, i) => (each.terminated || each.truncated ? [i + 1] : []));
        expect(ends).toEqual(nested.lastEpisodeFinished ? flagged : [...flagged, rows.length]);
      }),
    );
  });
});
