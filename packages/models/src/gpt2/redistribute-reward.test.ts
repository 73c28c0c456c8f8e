import { describe, expect, it } from 'vitest';
import { redistributeReward } from './redistribute-reward';

describe('a reward that is spread by attention', () => {
  const score = { reward: -4, attention: Float64Array.of(0.5, 0.125, 0.375) };

  it('goes to tokens by their share, and what is not spread to the last one', () => {
    expect([...redistributeReward(score, 0.75)]).toEqual([-1.5, -0.375, -1.125 - 1]);
    expect([...redistributeReward(score, 1)]).toEqual([-2, -0.5, -1.5]);
    expect(redistributeReward(score, 0).map(Math.abs)).toEqual(Float64Array.of(0, 0, 4));
  });

  it('adds up to the whole', () => {
    const attention = Float64Array.from({ length: 700 }, (_, i) => (i + 1) / (350 * 701));
    const sum = redistributeReward({ reward: 0.3, attention }, 0.8).reduce((total, each) => total + each, 0);
    expect(sum).toBeCloseTo(0.3, 12); // double precision
  });

  it('takes no share beyond the whole', () => {
    expect(() => redistributeReward(score, 1.5)).toThrow(/a number from 0 to 1/);
  });
});
