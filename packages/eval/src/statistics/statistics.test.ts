import { describe, expect, it } from 'vitest';
import { bootstrapInterval, stratifiedBootstrapInterval } from './bootstrap';
import {
  interquartileMean,
  mean,
  median,
  optimalityGap,
  quantile,
  standardDeviation,
  standardError,
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
    optimalityGap: (values: number[]) => optimalityGap(values),
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

describe('optimalityGap', () => {
  it('is what is missing to the threshold, and nothing above it makes up for it', () => {
    // min(value, 100) is 10, 60, 100 and 100: their mean is 67.5.
    expect(optimalityGap([10, 60, 100, 250])).toBe(32.5);
    expect(optimalityGap([120, 250])).toBe(0);
  });

  it('is of any threshold, also for values below 0', () => {
    expect(optimalityGap([-30, 10], 20)).toBe(30); // 20 − (−10)
  });

  it('refuses a threshold that is none', () => {
    expect(() => optimalityGap([1], Number.NaN)).toThrow('a finite number, received NaN');
  });
});
