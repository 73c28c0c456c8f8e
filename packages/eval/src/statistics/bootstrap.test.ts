import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, stratifiedBootstrapInterval } from './bootstrap';
import { interquartileMean, mean, median, optimalityGap, standardError } from './statistics';

describe('bootstrapInterval', () => {
  it('is a point if all values are equal', () => {
    expect(bootstrapInterval([4, 4, 4])).toEqual({ low: 4, high: 4 });
  });

  it('finds the quantiles of a binomial, which resampled zeros and ones follow', () => {
    const values = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
    // X of Binomial(10, ½)/10: P(X ≤ 1) = 0.011, P(X ≤ 2) = 0.055, and the same from above.
    expect(bootstrapInterval(values, { resamples: 20_000 })).toEqual({ low: 0.2, high: 0.8 });
    // P(X ≤ 3) = 0.17, P(X ≤ 4) = 0.38.
    expect(bootstrapInterval(values, { resamples: 20_000, level: 0.5 })).toEqual({ low: 0.4, high: 0.6 });
  });

  it('approaches the normal interval of the mean for many values', () => {
    const values = Array.from({ length: 400 }, (_, i) => Math.sin(i * i));
    const { low, high } = bootstrapInterval(values, { resamples: 4000 });
    const error = 1.96 * standardError(values);
    // Quantiles of 4000 resamples scatter by about 3 % of the half width.
    expect([low, high]).toBeAllClose([mean(values) - error, mean(values) + error], { absolute: 0.1 * error });
  });

  it('takes any statistic', () => {
    expect(bootstrapInterval([3, 3, 3, 99], { statistic: median, level: 0.5 })).toEqual({ low: 3, high: 3 });
  });

  it('depends on the seed alone', () => {
    const values = [1, 5, 2, 8, 3];
    expect(bootstrapInterval(values, { seed: 4 })).toEqual(bootstrapInterval(values, { seed: 4 }));
    expect(bootstrapInterval(values, { seed: 4 })).not.toEqual(bootstrapInterval(values, { seed: 5 }));
  });

  it('stays between the smallest and the largest value', () => {
    const lists = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lists, (values) => {
        const { low, high } = bootstrapInterval(values, { statistic: median, resamples: 50 });
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('refuses a level that is not a probability', () => {
    expect(() => bootstrapInterval([1, 2], { level: 95 })).toThrow('Expected between 0 and 1, received 95');
  });
});

describe('stratifiedBootstrapInterval', () => {
  // Scores of three runs in each of two tasks. All 3⁶ resamples were listed in NumPy, each task resampled on its own.
  const tasks = [
    [10, 20, 60],
    [30, 35, 90],
  ];

  it('finds the quantiles of the interquartile mean over all resamples within the tasks', () => {
    // P(IQM ≤ 21.25) = 0.022, P(≤ 22.5) = 0.056, P(≤ 61.25) = 0.966, P(≤ 62.5) = 0.970: 0.04 and 0.96 lie well between.
    const options = { statistic: interquartileMean, resamples: 20_000, level: 0.92 };
    expect(stratifiedBootstrapInterval(tasks, options)).toEqual({ low: 22.5, high: 61.25 });
    // Resampled together, the two tasks would mix.
    expect(bootstrapInterval(tasks.flat(), options)).not.toEqual({ low: 22.5, high: 61.25 });
  });

  it('covers what all resamples of three tasks leave of the optimality gap and the interquartile mean', () => {
    const three = [
      [10, 20, 60],
      [30, 35, 90],
      [55, 80, 120],
    ];
    // Quantiles of all 3⁹ resamples, listed in NumPy, trimmed by SciPy's trim_mean. Of 20,000 draws the share below one of 2.5 % errs by
    // 0.11 %: between 2.17 and 2.83 % is three of that to each side.
    const options = { resamples: 20_000 };
    const gap = stratifiedBootstrapInterval(three, { ...options, statistic: (s) => optimalityGap(s) });
    expect(gap.low).toBeGreaterThanOrEqual(30.55);
    expect(gap.low).toBeLessThanOrEqual(31.67);
    expect(gap.high).toBeGreaterThanOrEqual(60.55);
    expect(gap.high).toBeLessThanOrEqual(61.12);
    const iqm = stratifiedBootstrapInterval(three, { ...options, statistic: interquartileMean });
    expect(iqm.low).toBe(34);
    expect([75, 76]).toContain(iqm.high);
  });

  it('never moves by what differs only between tasks', () => {
    const constant = [
      [10, 10],
      [90, 90, 90],
    ];
    expect(stratifiedBootstrapInterval(constant)).toEqual({ low: 58, high: 58 }); // (2·10 + 3·90) / 5
  });

  it('of one stratum is the plain bootstrap', () => {
    const values = [1, 5, 2, 8, 3];
    expect(stratifiedBootstrapInterval([values], { seed: 4 })).toEqual(
      bootstrapInterval(values, { seed: 4 }),
    );
  });

  it('refuses a stratum without values', () => {
    expect(() => stratifiedBootstrapInterval([])).toThrow('Expected at least one value');
    expect(() => stratifiedBootstrapInterval([[1], []])).toThrow('Expected at least one value');
  });
});
