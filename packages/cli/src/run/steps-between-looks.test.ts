import { expect, it } from 'vitest';
import { stepsBetweenLooks } from './steps-between-looks';

it.each([
  [{ logEvery: 500, checkpointEvery: 5000 }, 10_000, 500],
  [{ logEvery: 1000, checkpointEvery: 1000 }, null, 1000],
  [{ logEvery: 70, checkpointEvery: 110 }, 500, 10],
  [{ logEvery: 7, checkpointEvery: 5 }, null, 1],
])('finds steps that fit evenly between what is due: %o, %o', (rhythm, looks, expected) => {
  expect(stepsBetweenLooks(rhythm, looks)).toBe(expected);
});
