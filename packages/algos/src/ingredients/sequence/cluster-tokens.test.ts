import { Rng } from '@lamo/core';
import { hostArray } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
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

  it('never has more centres than tokens', async () => {
    const table = hostArray([2, 2], [1, 0, 0, 1]);
    const centres = await clusterTokens(table, { clusters: 10, rng: Rng.fromSeed(1) });
    expect(centres.shape).toEqual([2, 2]);
  });
});
