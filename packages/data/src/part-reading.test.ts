import { expect, it } from 'vitest';
import { createDataset } from './dataset';

const rows = { observations: [[0, 1, 0]], actions: [[0]], rewards: [0], terminated: [1] };
/** A dataset whose last two columns are a part. */
const withPart = (more: object, start = 1) =>
  createDataset({
    ...rows,
    observationSpace: { kind: 'vector', parts: { p: { start, end: 3, ...more } } },
  });

it.each([
  ['a time in one column', { encoding: 'time-of-day' }, 2],
  ['an encoding that there is not', { encoding: 'time-of-year' }, 1],
  ['a flag that is a category', { encoding: 'flag', categories: ['x'] }, 2],
  ['a category that is not one', { categories: ['x', 'y'], missing: { value: 'z' } }, 1],
  ['a number for a category', { categories: ['x', 'y'], missing: { value: [1] } }, 1],
  ['one number for two', { missing: { value: [1] } }, 1],
  ['two numbers for one time', { encoding: 'time-of-day', missing: { value: [1, 2] } }, 1],
  ['something that is not a number', { missing: { value: [1, Number.NaN] } }, 1],
  ['a word for whether', { missing: { previous: 'yes' } }, 1],
])('a dataset is refused whose part is read by %s', (_, more, start) => {
  expect(() => withPart(more, start)).toThrow(/that fit 'p'/);
});

it('a dataset says how its parts were read', () => {
  const part = { encoding: 'time-of-week', missing: { previous: true, value: [1] } };
  expect(withPart(part).observationSpace).toEqual({
    kind: 'vector',
    parts: { p: { start: 1, end: 3, ...part } },
  });
});

it('a dataset is refused whose actions have another number of names, or the same twice', () => {
  const named = (...names: string[]) => createDataset({ ...rows, actionSpace: { kind: 'box', names } });
  expect(named('heater').actionSpace).toEqual({ kind: 'box', names: ['heater'] });
  expect(() => named('a', 'b')).toThrow(/another number of names. Expected 1, received 2/);
  expect(() => named('a', 'a')).toThrow(/what actions are called/);
});
