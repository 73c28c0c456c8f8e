import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatNumberOf,
  formatRate,
  formatSignificant,
  formatTable,
  formatTarget,
} from './format';

describe('numbers', () => {
  it('have separators between thousands, and nouns their plural', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect([formatNumberOf(1, 'step'), formatNumberOf(2000, 'step')]).toEqual(['1 step', '2,000 steps']);
  });

  it('have one decimal below 100, none above, and no minus zero', () => {
    expect([12.34, -8.26, 148.26, -0.01].map((value) => formatNumber(value))).toEqual([
      '12.3',
      '−8.3',
      '148',
      '0.0',
    ]);
  });

  it('of steps per second are never zero for a slow run, and a dash where nothing is known', () => {
    expect([1234.5, 20, 9.5, 0.3, 0.0417, undefined].map(formatRate)).toEqual([
      '1,235',
      '20',
      '9.5',
      '0.3',
      '0.042',
      '–',
    ]);
  });

  it('keep every digit of a target return', () => {
    expect([3600, 4.5, -12000.25, 0, Math.fround(754.2711)].map(formatTarget)).toEqual([
      '3,600',
      '4.5',
      '−12,000.25',
      '0',
      '754.2711',
    ]);
  });

  it('keep what matters of settings and losses', () => {
    expect([3e-4, 0.005, 2.5, 0, 0.123456, -1.5e-7].map(formatSignificant)).toEqual([
      '3e−4',
      '0.005',
      '2.5',
      '0',
      '0.1235',
      '−1.5e−7',
    ]);
  });
});

describe('durations', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.96, '10 s'],
    [59.6, '1 min 0 s'],
    [133, '2 min 13 s'],
    [3599.9, '1 h 0 min'],
    [7500, '2 h 5 min'],
  ])('of %d seconds read %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

it('a table has its first column to the left and the others to the right', () => {
  const table = formatTable([
    ['policy', 'score'],
    ['BC', '−1.5'],
    ['TD3+BC', '97.0'],
  ]);
  expect(table).toBe(['policy  score', '──────  ─────', 'BC       −1.5', 'TD3+BC   97.0'].join('\n'));
});

it('a table may have heads of several lines, which are no wider than their longest', () => {
  expect(
    formatTable([
      ['name', 'return at\nscore 0'],
      ['a', '1'],
    ]).split('\n'),
  ).toEqual(['name  return at', '        score 0', '────  ─────────', 'a             1']);
});
