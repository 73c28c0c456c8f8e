import { expect, it } from 'vitest';
import { logImportanceWeights, normaliseWeights } from './importance-weights';

/** Three demonstrations, two of the first task and one of the third; how likely they would be for four. */
const likelihoods = [
  [0.5, 0.1, 0.2, 0.01],
  [0.3, 0.2, 0.1, 0.02],
  [0.05, 0.4, 0.6, 0.3],
];
const counts = [2, 0, 1, 0];

it('weighs demonstrations by how much likelier they are for a task than for those of all', () => {
  const logs = logImportanceWeights(Float64Array.from(likelihoods.flat(), Math.log), counts);
  for (const [i, row] of likelihoods.entries()) {
    const mixture = (2 * row[0]! + row[2]!) / 3;
    for (const [task, likelihood] of row.entries())
      expect(Math.exp(logs[4 * i + task]!)).toBeCloseTo(likelihood / mixture, 12);
    const mean = (2 * Math.exp(logs[4 * i]!) + Math.exp(logs[4 * i + 2]!)) / 3;
    expect(mean).toBeCloseTo(1, 12);
  }
});

it('bears likelihoods that underflow', () => {
  const logs = logImportanceWeights(Float64Array.of(-2000, -900, -3000, -100), [2, 0]);
  expect([...logs]).toEqual([0, 1100, 0, 2900]);
  // rounding of logarithms of this size
  expect(normaliseWeights([1100, 2900, 2900])).toBeAllClose([0, 0.5, 0.5], { absolute: 1e-12 });
});

it('refuses likelihoods that are missing or not finite', () => {
  expect(() => logImportanceWeights(Float64Array.of(-1), [1, 1])).toThrow(
    /likelihood of every demonstration.*2 · 2/s,
  );
  expect(() => logImportanceWeights(Float64Array.of(-1, Number.NaN), [1, 0])).toThrow(
    /demonstration 0 for task 1/,
  );
});
