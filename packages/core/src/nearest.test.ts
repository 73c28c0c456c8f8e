import { expect, it } from 'vitest';
import { nearest } from './nearest';

const names = ['bc', 'td3-bc', 'iql', 'cql', 'decision-transformer'];

it.each([
  ['td3bc', 'td3-bc'],
  ['IQL', 'iql'],
  ['decison-transfomer', 'decision-transformer'],
  ['sac-with-everything', undefined],
])('suggests for %s: %s', (name, expected) => {
  expect(nearest(name, names)).toBe(expected);
});

it('has nothing to suggest without candidates', () => {
  expect(nearest('bc', [])).toBeUndefined();
});
