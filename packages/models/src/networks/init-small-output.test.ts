import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { initSmallOutput } from './init-small-output';

it('draws hidden layers within ±1 / √inputs with biases of 0.1, and a last layer within the bound', () => {
  const network = initSmallOutput([4, 100, 50, 30], Rng.fromSeed(1), 1e-3);
  const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
  expect(Object.values(network).map(({ weight }) => weight.shape)).toEqual([
    [4, 100],
    [100, 50],
    [50, 30],
  ]);
  const [first, second, last] = Object.values(network) as [
    (typeof network)['0'],
    (typeof network)['0'],
    (typeof network)['0'],
  ];
  // The largest of hundreds of draws is near the bound.
  for (const [values, bound] of [
    [first!.weight.data, 1 / 2],
    [second!.weight.data, 1 / 10],
    [last!.weight.data, 1e-3],
    [last!.bias.data, 1e-3],
  ] as const) {
    expect(largest(values) / bound).toBeLessThanOrEqual(1);
    expect(largest(values) / bound).toBeGreaterThan(0.9);
  }
  for (const { bias } of [first!, second!]) expect([...new Set(bias.data)]).toEqual([Math.fround(0.1)]);
});
