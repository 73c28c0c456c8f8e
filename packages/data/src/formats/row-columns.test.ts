import { LamoError } from '@lamo/core';
import { expect, it } from 'vitest';
import { RowColumns } from './row-columns';

it('collects numbers, booleans, lists and what is inside of objects, and says why something is none', () => {
  const columns = new RowColumns('rows');
  const names = ['one', 'flag', 'list', 'in', 'text', 'uneven', 'gap'];
  columns.add(names, [1, true, [[1], [2]], { x: 3, y: { z: 4 } }, 'a', [1], 1]);
  columns.add(names, [5, false, [[6], [7]], { x: 8, y: { z: 9 } }, 'b', [1, 2], null]);
  const shown = [...columns.sources()].map(([name, column]) => [
    name,
    LamoError.isInstance(column)
      ? column.received
      : [column.shape, column.read((numbers) => Array.from(numbers as Float64Array))],
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    one: [
      [2, 1],
      [1, 5],
    ],
    flag: [
      [2, 1],
      [1, 0],
    ],
    list: [
      [2, 2],
      [1, 2, 6, 7],
    ],
    'in/x': [
      [2, 1],
      [3, 8],
    ],
    'in/y/z': [
      [2, 1],
      [4, 9],
    ],
    text: 'a string in row 0',
    uneven: '2 numbers in row 1, 1 in the first',
    gap: 'nothing in row 1',
  });
});

it('refuses a column that not every row has', () => {
  const columns = new RowColumns('rows');
  columns.add(['in'], [{ a: 1 }]);
  columns.add(['in'], [{ b: 1 }]);
  for (const column of columns.sources().values()) expect(column).toMatchObject({ code: 'wrong-type' });
});
