import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  interquartileMean,
  mean,
  median,
  quantile,
  standardDeviation,
  standardError,
  stratifiedBootstrapInterval,
} from './statistics';

describe('mean, deviation and error', () => {
  it('agree with a case done by hand', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9]; // sum 40, squared distances from 5 sum to 32
    expect(mean(values)).toBe(5);
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(standardError(values)).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
  });

  it('say nothing about the spread of a single value', () => {
    expect(standardDeviation([3])).toBeNaN();
    expect(standardError([3])).toBeNaN();
  });

  it('refuse an empty list', () => {
    expect(() => mean([])).toThrow('Expected at least one value');
    expect(() => bootstrapInterval([])).toThrow('Expected at least one value');
    expect(() => interquartileMean([])).toThrow('Expected at least one value');
  });
});

describe('every statistic', () => {
  const all = { mean, median, standardDeviation, standardError, interquartileMean, bootstrapInterval };
  const rest = {
    quantile: (values: number[]) => quantile(values, 0.1),
    stratified: (values: number[]) => stratifiedBootstrapInterval([[1, 2], values]),
  };
  const wrong: unknown[] = [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, '3', '', true, [4]];

  it.each(Object.entries({ ...all, ...rest }))('%s refuses what is not a finite number', (_, statistic) => {
    for (const value of wrong) {
      // 7 values, of which the interquartile mean would leave the wrong one out if it were sorted to an end.
      const values = [1, 2, 3, value, 4, 5, 6] as number[];
      expect(() => statistic(values)).toThrow(/The value at index 3 is not a finite number\. Received/);
    }
    expect(() => statistic([])).toThrow('Expected at least one value');
    expect(() => statistic([1, 2, 3, 4, 5, 6, 7])).not.toThrow();
  });

  it('is not made up by an interval of what has none', () => {
    const options = (statistic: () => unknown) => ({ statistic: statistic as () => number });
    for (const statistic of [() => null, () => undefined, () => Number.NaN]) {
      expect(() => bootstrapInterval([1, 2], options(statistic))).toThrow(
        'a finite number for every resample',
      );
    }
    expect(() => bootstrapInterval([3], { statistic: standardDeviation })).toThrow('received NaN');
  });

  it('refuses fractions that are none', () => {
    for (const fraction of [null, '0.5', Number.NaN, undefined] as number[]) {
      expect(() => quantile([1, 2], fraction)).toThrow('between 0 and 1');
    }
  });
});

describe('median and quantile', () => {
  it('interpolate between values', () => {
    expect(median([7, 1, 3])).toBe(3);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([5, 1, 9], 0)).toBe(1);
    expect(quantile([5, 1, 9], 1)).toBe(9);
  });

  it('sort numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('refuse a fraction outside 0 and 1', () => {
    expect(() => quantile([1, 2], 1.5)).toThrow('between 0 and 1');
  });
});

describe('interquartileMean', () => {
  it('leaves out a quarter on either side', () => {
    expect(interquartileMean([100, 1, 2, 3, 4, 5, 6, -50])).toBe(3.5); // of 2, 3, 4, 5… after −50, 1 | 6, 100
  });

  it('rounds the quarter down', () => {
    // 5 values: one goes on either side, as in SciPy's trim_mean(values, 0.25).
    expect(interquartileMean([0, 1, 2, 6, 1000])).toBe(3);
    expect(interquartileMean([1, 2, 6])).toBe(3);
  });
});

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
