import { describe, expect, it } from 'vitest';
import { correlation, rankCorrelation } from './correlation';

describe('correlation', () => {
  it('is 1 on a rising line, −1 on a falling one, and as by hand between them', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [5, 3, 1])).toBeCloseTo(-1, 12);
    // Deviations −1, 0, 1 and −1, 1, 0: 1 / √(2 · 2).
    expect(correlation([0, 1, 2], [0, 2, 1])).toBeCloseTo(0.5, 12);
  });

  it('of ranks sees only the order, and shares ranks of equal values', () => {
    expect(rankCorrelation([1, 10, 100, 1000], [2, 3, 5, 8])).toBeCloseTo(1, 12);
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: 4.5 / √(4.5 · 5).
    expect(rankCorrelation([1, 2, 2, 4], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it('is not a number where one series is constant, and refuses pairs that are none', () => {
    expect(correlation([1, 1], [1, 2])).toBeNaN();
    expect(() => rankCorrelation([1, 2], [1])).toThrow('different lengths');
    expect(() => correlation([], [])).toThrow();
  });
});
