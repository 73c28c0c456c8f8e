import { expect, it } from 'vitest';
import { nameTogether } from './name-together';

const folders = (parent: string, count: number) => Array.from({ length: count }, (_, i) => `${parent}s${i}`);

it.each([
  [folders('runs/', 3), '', 'runs/s0 runs/s1 runs/s2'],
  [folders('runs/', 4), '', 'runs'],
  [folders('runs//', 12), '/*', 'runs/*'],
  [folders('', 4), '', '.'],
  [[...folders('runs/', 3), 'other/s3'], '', 'runs/s0 runs/s1 runs/s2 other/s3'],
])('names %j', (paths, all, named) => {
  expect(nameTogether(paths, { all })).toBe(named);
});
