import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { initSmallXavier } from './init-small-xavier';

describe('initSmallXavier', () => {
  it('makes a last layer that is almost nothing, without biases', () => {
    const network = initSmallXavier([4, 16, 6], Rng.fromSeed(1));
    const bound = 0.01 * Math.sqrt(6 / (16 + 6));
    const largest = Math.max(...network['1']!.weight.data.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.9 * bound); // of 96 draws
    expect([...network['1']!.bias.data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('draws hidden layers as PyTorch does, biases too', () => {
    const network = initSmallXavier([4, 16, 6], Rng.fromSeed(1));
    expect(network['0']!.weight.shape).toEqual([4, 16]);
    for (const { data } of Object.values(network['0']!)) {
      const largest = Math.max(...data.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(0.5);
      expect(largest).toBeGreaterThan(0.3); // of 16 draws or more
    }
  });
});
