import { Rng } from '@lamo/core';
import { allocateBatch, createDataset, type DefaultSequenceField } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { dt } from '../../algorithms/dt';
import { measureReturns, sequenceBatches } from './sequence-data';

/** Episodes of two rows and of one, with returns −8 and 2, the second of them the better. */
const dataset = createDataset({
  observations: [1, 2, 3],
  actions: [0.1, 0.2, 0.3],
  rewards: [-3, -5, 2],
  terminated: [0, 1, 1],
});
const parse = (given: object) => dt.config.parse({ contextLength: 2, batchSize: 40, ...given });

/** The different windows of a batch: returns-to-go, actions and mask of each. */
function windowsOf(given: object) {
  const source = sequenceBatches(dataset, parse(given), Rng.fromSeed(1));
  const batch = allocateBatch(source);
  source.next(batch);
  const part = (name: DefaultSequenceField, i: number) => [...batch[name].subarray(2 * i, 2 * i + 2)];
  const all = Array.from({ length: 40 }, (_, i) =>
    (['returnsToGo', 'actions', 'mask'] as const).map((name) => part(name, i).join(' ')).join(' | '),
  );
  return [...new Set(all)].sort();
}

const [a, b, c] = [0.1, 0.2, 0.3].map(Math.fround) as [number, number, number];

describe('windows of trajectories', () => {
  it('have returns-to-go over the largest return by size, and −10 as padded actions, which are masked', () => {
    expect(windowsOf({})).toEqual(
      [`-1 -0.625 | ${a} ${b} | 1 1`, `0 -0.625 | -10 ${b} | 0 1`, `0 0.25 | -10 ${c} | 0 1`].sort(),
    );
  });

  it('have returns over the scale that is asked for, of rewards as they are asked for', () => {
    expect(windowsOf({ returnScale: 2, rewards: 'delayed', padding: 'right' })).toEqual(
      [`-4 -4 | ${a} ${b} | 1 1`, `-4 0 | ${b} -10 | 1 0`, `1 0 | ${c} -10 | 1 0`].sort(),
    );
  });

  it('can leave each step’s own reward out', () => {
    expect(windowsOf({ returnScale: 1, returnsFrom: 'next' })).toEqual(
      [`-5 0 | ${a} ${b} | 1 1`, `0 0 | -10 ${b} | 0 1`, `0 0 | -10 ${c} | 0 1`].sort(),
    );
  });

  it('cannot be longer than the time table', () => {
    expect(() => windowsOf({ contextLength: 3, maxTimesteps: 2 })).toThrow(/at most 2.*received 3/);
  });
});

describe('what returns are measured by', () => {
  const measured = (given: object, data = dataset) => {
    const { returnScale, bestReturn } = measureReturns(data, parse(given));
    return [returnScale.data[0], bestReturn.data[0]];
  };

  it('is the largest by size, unless another is asked for, and what is asked for is the best', () => {
    expect(measured({})).toEqual([8, 2]);
    expect(measured({ returnScale: 1000 })).toEqual([1000, 2]);
  });

  it('is 1 where all returns are 0', () => {
    expect(measured({}, { ...dataset, rewards: new Float32Array(3) })).toEqual([1, 0]);
  });

  it('is found among all episodes, wherever the best one is', () => {
    const turned = createDataset({
      observations: [1, 2],
      actions: [0, 0],
      rewards: [7, 4],
      terminated: [1, 1],
    });
    expect(measured({}, turned)).toEqual([7, 7]);
  });
});
