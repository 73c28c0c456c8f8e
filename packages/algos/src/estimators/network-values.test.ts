import { expect, it } from 'vitest';
import { driftOf } from './network-values';

it('an estimate may move on by what is missing of the future, and by chance as far as it just did', () => {
  // Five replacements leave 0.9⁵ = 0.59049 of the future: 2 × 0.59049 / 0.40951 is still to come.
  expect(driftOf(2, { discount: 0.9, steps: 500, targetEvery: 100 })).toBeCloseTo(2.88388561, 7);
  expect(driftOf(-2, { discount: 0.9, steps: 500, targetEvery: 100 })).toBeCloseTo(2.88388561, 7);
  // Ten leave a third of it: less than chance moved it by.
  expect(driftOf(2, { discount: 0.9, steps: 1000, targetEvery: 100 })).toBe(2);
  expect(driftOf(0, { discount: 1, steps: 1000, targetEvery: 100 })).toBe(Number.MAX_VALUE);
});
