import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { testInSampleStep } from '../../test/in-sample-step';
import { distanceToBest } from '../../test/line-task';
import { fourDataset } from '../../test/one-step';
import { mean } from '../../test/plain';
import { xql } from './xql';

const settings = { valueTemperature: 0.5, largestExponent: 0.3, largestError: 0.8 };

/** Advantages in units of the temperature, cut. */
const exponents = (advantages: readonly number[]) => advantages.map((a) => Math.min(a / 0.5, 0.3));

testInSampleStep(
  xql,
  {
    value: (advantages, before) =>
      mean(exponents(advantages).map((z) => Math.exp(z) - z - 1)) /
      Math.exp(Math.max(-1, ...exponents(before))),
    critic: (distance) =>
      Math.abs(distance) < 0.8 ? distance ** 2 / 2 : 0.8 ** 2 / 2 + 0.8 * (Math.abs(distance) - 0.8),
  },
  settings,
);

it('normalises hidden layers of V before their activation, and no other network', async () => {
  const config = xql.config.parse({ hiddenSize: 5 });
  const state = (await xql.init(fourDataset, config, Rng.fromSeed(1), {})) as unknown as Record<
    'value' | 'critics',
    Record<string, object>
  >;
  const norms = (network: Record<string, object>) =>
    Object.values(network).map((layer) => Object.keys(layer).slice(2).join(' '));
  expect(norms(state.value)).toEqual(['scaleBefore shiftBefore', 'scaleBefore shiftBefore', '']);
  expect(norms(state.critics)).toEqual(['', '', '']);
});

describe('XQL on random choices', () => {
  const config = { valueTemperature: 0.2, inverseTemperature: 10 };

  it('finds better actions than the data', async () => {
    // Imitating random actions gives 0 on average, at a distance of 1/12 from x / 2.
    expect(await distanceToBest(xql, 500, config)).toBeLessThan(0.02);
  });

  it('does not where advantages do not count', async () => {
    expect(await distanceToBest(xql, 500, { ...config, inverseTemperature: 0 })).toBeGreaterThan(0.05);
  });
});
