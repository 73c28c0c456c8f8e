import { expect, it } from 'vitest';
import { histogram } from './histogram';

const titles = (markup: string) => [...markup.matchAll(/<title>([^<]+)</g)].map(([, title]) => title);

it('says of each bar which numbers it counts', () => {
  const amounts = { title: 'a', min: 0, max: 1, counts: [3, 1], rangeWidth: 0.5, isWhole: false };
  expect(titles(histogram(amounts).markup)).toEqual(['0 to 0.5: 3', '0.5 to 1: 1']);
  const hours = { title: 'hours', min: 0, max: 4, counts: [20, 20, 10], rangeWidth: 2, isWhole: true };
  expect(titles(histogram(hours).markup)).toEqual(['0 to 1: 20', '2 to 3: 20', '4: 10']);
});

it('has one label under one bar, which is not as wide as the page', () => {
  const { markup } = histogram({
    title: 'lengths',
    min: 24,
    max: 24,
    counts: [7],
    rangeWidth: 0,
    isWhole: true,
  });
  expect(titles(markup)).toEqual(['24: 7']);
  expect(markup.match(/<text/g)).toHaveLength(1);
  expect(Number(/width="([\d.]+)" height/.exec(markup)![1])).toBeLessThan(50);
});
