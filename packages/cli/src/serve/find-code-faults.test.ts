import { expect, it } from 'vitest';
import { findCodeFaults } from './find-code-faults';

const sizes = {
  observationSize: 6,
  observationSpace: {
    kind: 'vector',
    parts: {
      weather: { start: 1, end: 3, categories: ['rain', 'sun'] },
      member: { start: 3, end: 4, encoding: 'flag' },
      at: { start: 4, end: 6, encoding: 'time-of-day' },
    },
  },
} as const;

it('takes numbers that values become, rounded as they may be', () => {
  expect(findCodeFaults(sizes, [7.5, 0, 1, 1, Math.fround(0.6), Math.fround(0.8)])).toEqual([]);
  expect(findCodeFaults(sizes, [7.5, 1, 0, 0, 0, -1])).toEqual([]);
});

it.each([
  ['two categories', [7, 1, 1, 0, 0, 1], 1, 'a single 1 among zeros for "weather", received [1,1]'],
  ['half a category', [7, 0.5, 0.5, 0, 0, 1], 1, 'a single 1 among zeros for "weather"'],
  ['no category', [7, 0, 0, 0, 0, 1], 1, 'a single 1 among zeros for "weather"'],
  ['another number beside a category', [7, 1, 2, 0, 0, 1], 1, 'a single 1 among zeros for "weather"'],
  ['half a flag', [7, 1, 0, 0.5, 0, 1], 3, '0 or 1 for "member", received [0.5]'],
  ['numbers that are not on a circle', [7, 1, 0, 0, 0.6, 0.6], 4, 'a sine and a cosine for "at"'],
])('finds %s', (_, numbers, place, words) => {
  expect(findCodeFaults(sizes, numbers)).toEqual([
    { path: [place], message: expect.stringContaining(`expected ${words}`) },
  ]);
});

it('leaves lists that are too short to whoever says so', () => {
  expect(findCodeFaults(sizes, [7, 1])).toEqual([]);
});
