import { expect, it } from 'vitest';
import { stepsAtOnce } from './steps-at-once';

const quick = { stepsAtOnce: 8 };

it.each([
  [{ logEvery: 500, checkpointEvery: 5000 }, 10_000, 25],
  [{ logEvery: 1000, checkpointEvery: 1000 }, null, 40],
  [{ logEvery: 70, checkpointEvery: 110 }, 500, 10],
  [{ logEvery: 7, checkpointEvery: 5 }, null, 1],
])('chooses steps that fit evenly between looks: %o, %o', (rhythm, looks, expected) => {
  expect(stepsAtOnce(rhythm, looks, quick)).toBe(expected);
});

it('looks after every step of an algorithm whose steps are long', () => {
  expect(stepsAtOnce({ logEvery: 1000, checkpointEvery: 1000 }, null, { stepsAtOnce: 1 })).toBe(1);
});
