import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { alignRewards, delayedRewards, episodeReturns, returnsAfter, returnsToGo } from './returns';

const dataset = createDataset({
  observations: [0, 1, 2, 3, 4],
  actions: [0, 1, 2, 3, 4],
  rewards: [1, 2, 4, 8, 16],
  terminated: [0, 0, 1, 0, 0],
});

describe('returnsToGo', () => {
  it('sums from each row to the end of its own episode, the own reward included', () => {
    expect(returnsToGo([1, 2, 4, 8, 16], Uint32Array.of(3, 5))).toEqual(Float32Array.of(7, 6, 4, 24, 16));
    expect(returnsToGo([1, 2, 4], Uint32Array.of(3), 0.5)).toEqual(Float32Array.of(3, 4, 4));
  });

  it('agrees with the definition for any rewards, episodes and discount', () => {
    const rewards = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        rewards,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(fc.boolean()),
        (values, discount, cuts) => {
          const ends = values.flatMap((_, i) =>
            cuts.next().value || i === values.length - 1 ? [i + 1] : [],
          );
          const expected = values.map((_, row) => {
            const end = ends.find((each) => each > row)!;
            return values.slice(row, end).reduce((sum, value, step) => sum + discount ** step * value, 0);
          });
          // Float32 results of double sums: half a unit in the last place, and the sums' own rounding near zero.
          expect(returnsToGo(values, Uint32Array.from(ends), discount)).toBeAllClose(expected, {
            relative: 1e-7,
            absolute: 1e-9,
          });
        },
      ),
    );
  });
});

describe('returnsAfter', () => {
  it('leaves the own reward out and ends at 0', () => {
    expect(returnsAfter([1, 2, 4, 8, 16], Uint32Array.of(3, 5))).toEqual(Float32Array.of(6, 4, 0, 16, 0));
    expect(returnsAfter([1, 2, 4], Uint32Array.of(3), 0.5)).toEqual(Float32Array.of(4, 4, 0));
  });
});

describe('episodeReturns', () => {
  it('sums each episode, the unfinished one too', () => {
    expect(episodeReturns(dataset)).toEqual(Float64Array.of(7, 24));
    expect(episodeReturns(dataset, 0.5)).toEqual(Float64Array.of(3, 16));
  });
});

describe('delayedRewards', () => {
  it('moves the return to the last row of each episode', () => {
    expect(delayedRewards(dataset).rewards).toEqual(Float32Array.of(0, 0, 7, 0, 24));
    expect(dataset.rewards).toEqual(Float32Array.of(1, 2, 4, 8, 16));
  });
});

describe('alignRewards', () => {
  it('moves rewards one row up within each episode', () => {
    expect(alignRewards(dataset).rewards).toEqual(Float32Array.of(2, 4, 4, 16, 16));
  });
});
