import { expect, it } from 'vitest';
import { StepTimes } from './step-times';

function timesOf(...milliseconds: number[]): StepTimes {
  const times = new StepTimes();
  for (const each of milliseconds) times.add(each);
  return times;
}

it('decides by the quickest of the first eight steps: the others waited for threads and caches', () => {
  const times = timesOf(50, 30, 4, 6, 5, 5, 90);
  expect(times.areMeasured).toBe(false);
  times.add(5);
  expect(times.areMeasured).toBe(true);
  expect(times.areWorthJoining(10_000)).toBe(true);
});

it('leaves long steps alone: copying their state out hardly matters', () => {
  const long = timesOf(...Array<number>(8).fill(150));
  expect(long.areWorthJoining(1_000_000)).toBe(false);
});

it('compiles nothing for what is soon over', () => {
  const short = timesOf(...Array<number>(8).fill(4));
  expect(short.areWorthJoining(2000)).toBe(false);
  expect(short.areWorthJoining(3000)).toBe(true);
});

it('measures no more once it can decide', () => {
  const times = timesOf(...Array<number>(8).fill(30), 1);
  expect(times.areWorthJoining(1_000_000)).toBe(false);
});
