import { describe, expect, it } from 'vitest';
import { performanceProfile } from './performance-profile';

// Scores of three runs on each of three tasks.
const tasks = [
  [10, 20, 60],
  [30, 35, 90],
  [55, 80, 120],
];

describe('performanceProfile', () => {
  it('is the share of all runs that are above each threshold, not at it', () => {
    const shares = performanceProfile(tasks, [0, 20, 50, 100, 120]).map(({ share }) => share);
    expect(shares).toEqual([1, 7 / 9, 5 / 9, 1 / 9, 0]);
  });

  it('has at each threshold the quantiles of the binomials that runs resampled within their tasks follow', () => {
    const intervals = performanceProfile(tasks, [20, 50, 100], { resamples: 20_000 });
    expect(intervals.map(({ low, high }) => [low, high])).toEqual([
      // 6 + B of 9, B of Binomial(3, ⅓) in the first task alone: P(B = 0) = 0.30, P(B ≤ 2) = 0.963.
      [6 / 9, 1],
      // 3 + B of 9, B of Binomial(6, ⅓): P(B = 0) = 0.088, P(B ≤ 3) = 0.90, P(B ≤ 4) = 0.982.
      [3 / 9, 7 / 9],
      // B of 9, B of Binomial(3, ⅓) in the last task.
      [0, 3 / 9],
    ]);
  });

  it('is pooled over tasks with other numbers of runs: every run counts alike', () => {
    expect(performanceProfile([[1], [3, 3, 3]], [2])[0]).toEqual({
      threshold: 2,
      share: 0.75,
      low: 0.75,
      high: 0.75,
    });
  });

  it('refuses no runs, no thresholds, and what are no numbers', () => {
    expect(() => performanceProfile([], [1])).toThrow('at least one value');
    expect(() => performanceProfile([[1], []], [1])).toThrow('at least one value');
    expect(() => performanceProfile(tasks, [])).toThrow('at least one value');
    expect(() => performanceProfile(tasks, [Number.NaN])).toThrow('index 0 is not a finite number');
  });
});
