import { describe, expect, it } from 'vitest';
import { probabilityOfImprovement } from './probability-of-improvement';

// Scores of three runs of X and of two runs of Y on each of three tasks.
const x = [
  [10, 20, 60],
  [30, 35, 90],
  [55, 80, 120],
];
const y = [
  [15, 20],
  [10, 35],
  [90, 100],
];

describe('probabilityOfImprovement', () => {
  it('is the share of pairs of runs in which X is higher, ties counted half, averaged over tasks', () => {
    // Pairs of the first task: 10 beats none, 20 beats 15 and ties with 20, 60 beats both: 3.5 of 6. Then 4.5 and 2 of 6.
    // SciPy's mannwhitneyu, divided by 6, has the same three.
    expect(probabilityOfImprovement(x, y).probability).toBeCloseTo((3.5 + 4.5 + 2) / 18, 12);
  });

  it('of the one and of the other add up to 1, and of an algorithm over itself it is ½', () => {
    const forth = probabilityOfImprovement(x, y).probability;
    expect(forth + probabilityOfImprovement(y, x).probability).toBeCloseTo(1, 12);
    expect(probabilityOfImprovement(x, x).probability).toBe(0.5);
  });

  it('counts tasks alike, whatever number of runs they have', () => {
    expect(probabilityOfImprovement([[1], [0, 0, 0]], [[0], [1, 1]]).probability).toBe(0.5);
  });

  it('has the quantiles over all resamples of both within the tasks', () => {
    // All (3³·2²)³ pairs of resamples, convolved over the tasks in NumPy: P(≤ 9/36) = 0.022, P(≤ 10/36) = 0.039,
    // P(≤ 29/36) = 0.966, P(≤ 30/36) = 0.978. 20,000 resamples drawn in NumPy as rliable does end there, too.
    const { low, high } = probabilityOfImprovement(x, y, { resamples: 20_000 });
    expect([low, high]).toBeAllClose([10 / 36, 30 / 36], { absolute: 1e-9 });
  });

  it('is certain where every run of X beats every run of Y', () => {
    expect(probabilityOfImprovement([[5, 6]], [[1, 2]])).toEqual({ probability: 1, low: 1, high: 1 });
  });

  it('refuses other tasks, and tasks without runs', () => {
    expect(() => probabilityOfImprovement(x, [[1]])).toThrow(
      'Expected scores of both on the same tasks, 3 as X has, received 1 of Y',
    );
    expect(() => probabilityOfImprovement([[1], []], [[1], [2]])).toThrow('at least one value');
  });
});
