import { Rng } from '@lamo/core';
import { hostArray } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { mean, row, sum } from '../../../test/plain';
import { clusterTokens } from './cluster-tokens';

describe('clusterTokens', () => {
  it('finds the directions that tokens point to, whatever their lengths', async () => {
    // Two bundles of directions, along (1, 0) and (0, 1), with lengths from 1 to 3.
    const table = hostArray([6, 2], [1, 0.1, 2, -0.2, 3, 0.1, 0.1, 1, -0.2, 2, 0.1, 3]);
    const centres = await clusterTokens(table, { clusters: 2, rng: Rng.fromSeed(1) });
    const sorted = [centres.data.subarray(0, 2), centres.data.subarray(2)].sort((a, b) => b[0]! - a[0]!);
    expect(sorted[0]!).toBeAllClose([2, 0], { absolute: 1e-6 });
    expect(sorted[1]!).toBeAllClose([0, 2], { absolute: 1e-6 });
  });

  it('leaves each centre at the mean of the tokens whose angle to it is smallest', async () => {
    const rng = Rng.fromSeed(2);
    const tokens = Array.from({ length: 60 }, () => {
      const length = 10 ** rng.uniform(-1, 1);
      return [0, 1, 2].map(() => length * rng.normal());
    });
    const { data } = await clusterTokens(hostArray([60, 3], tokens.flat()), { clusters: 4, rng });
    const centres = [0, 1, 2, 3].map((i) => row([...data], i, 3));
    const cosine = (x: readonly number[], y: readonly number[]) =>
      sum(x.map((value, i) => value * y[i]!)) / (Math.hypot(...x) * Math.hypot(...y));
    const nearest = tokens.map((token) => {
      const cosines = centres.map((centre) => cosine(token, centre));
      return cosines.indexOf(Math.max(...cosines));
    });
    expect(new Set(nearest).size).toBe(4);
    for (const [i, centre] of centres.entries()) {
      const own = tokens.filter((_, token) => nearest[token] === i);
      const expected = [0, 1, 2].map((axis) => mean(own.map((token) => token[axis]!)));
      expect(centre).toBeAllClose(expected, { absolute: 1e-5 }); // float32 sums of two dozen numbers up to 20
    }
  });

  it('leaves a centre that no token is nearest to where it is', async () => {
    const table = hostArray([2, 2], [3, 4, 3, 4]);
    const { data } = await clusterTokens(table, { clusters: 2, rng: Rng.fromSeed(1) });
    expect([...data]).toEqual([3, 4, 3, 4]);
  });

  it('starts from tokens that the random numbers draw', async () => {
    const table = hostArray([4, 2], [1, 0, 0, 1, -1, 0, 0, -1]);
    const options = { clusters: 1, maxIterations: 0 };
    const starts = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => clusterTokens(table, { ...options, rng: Rng.fromSeed(seed) })),
    );
    expect(new Set(starts.map(({ data }) => data.join())).size).toBeGreaterThan(1);
    const again = await clusterTokens(table, { ...options, rng: Rng.fromSeed(1) });
    expect(again.data).toEqual(starts[0]!.data);
  });

  it('never has more centres than tokens', async () => {
    const table = hostArray([2, 2], [1, 0, 0, 1]);
    const centres = await clusterTokens(table, { clusters: 10, rng: Rng.fromSeed(1) });
    expect(centres.shape).toEqual([2, 2]);
  });
});
