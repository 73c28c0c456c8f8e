import { expect, it } from 'vitest';
import { allNearest, nearest } from './nearest';

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

it('finds all that are equally near, in their order', () => {
  expect(allNearest('hopper-v3', ['ant-v4', 'hopper-v4', 'hopper-v5'])).toEqual(['hopper-v4', 'hopper-v5']);
  expect(allNearest('hopper-v4', ['hopper-v5', 'hopper-v4'])).toEqual(['hopper-v4']);
  expect(allNearest('minigrid', ['ant-v4'])).toEqual([]);
});
