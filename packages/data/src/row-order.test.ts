import type { Dataset } from '@lamo/core';
import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { checkRowOrder, rowOrder } from './row-order';

const EPISODES = 20;
const LENGTH = 25;
/** Each row's own number in both columns, in units that differ by a million. */
const rows = Array.from({ length: EPISODES * LENGTH }, (_, row) => row);

function logged(order: readonly number[], shift = 0): Dataset {
  const observation = (row: number) => [row + shift, 1e-6 * row];
  return createDataset({
    name: 'log',
    observations: order.map(observation),
    nextObservations: order.map((row) => observation(row + 1)),
    actions: order.map((row) => Math.sin(row)),
    rewards: order.map(() => 1),
    terminated: order.map((row) => row % LENGTH === LENGTH - 1),
  });
}

const shuffled = () => Array.from(Rng.fromSeed(1).shuffle(Uint32Array.from(rows)));

describe('rowOrder', () => {
  it('finds no break in a log in order, whatever its units and offset', () => {
    const followed = EPISODES * (LENGTH - 1);
    for (const shift of [0, 1e5]) expect(rowOrder(logged(rows, shift))).toEqual({ followed, breaks: 0 });
  });

  it('finds nearly nothing but breaks in a shuffled one', () => {
    const { followed, breaks } = rowOrder(logged(shuffled()));
    expect(breaks).toBeGreaterThan(0.97 * followed);
  });

  it('finds the gap that a lost row leaves, and none where an episode ends', () => {
    expect(rowOrder(logged(rows.filter((row) => row !== 30))).breaks).toBe(1);
  });

  it('finds none without next observations: the order is then all that is known', () => {
    const { nextObservations, ...dataset } = logged(shuffled());
    expect(rowOrder(dataset).breaks).toBe(0);
  });
});

describe('checkRowOrder', () => {
  it('lets a log with a gap pass and refuses a shuffled one', () => {
    checkRowOrder(logged(rows.filter((row) => row !== 30)), 'data/test', 'returns');
    expect(() => checkRowOrder(logged(shuffled()), 'data/test', 'returns')).toThrow(
      expect.objectContaining({
        code: 'rows-out-of-order',
        message: expect.stringMatching(/^\[lamo\/data\/test\] The rows of `log` .* \d+ of \d+ rows/),
      }),
    );
  });
});
