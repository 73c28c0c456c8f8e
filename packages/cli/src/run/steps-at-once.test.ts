import { expect, it } from 'vitest';
import { stepsAtOnce } from './steps-at-once';

it.each([
  [{ logEvery: 500, checkpointEvery: 5000, evaluation: { every: 10_000 } }, 25],
  [{ logEvery: 1000, checkpointEvery: 1000, evaluation: null }, 40],
  [{ logEvery: 70, checkpointEvery: 110, evaluation: { every: 500 } }, 10],
  [{ logEvery: 7, checkpointEvery: 5, evaluation: null }, 1],
])('chooses steps that fit evenly between looks: %o', (rhythm, expected) => {
  expect(stepsAtOnce(rhythm)).toBe(expected);
});
