import { expect, it } from 'vitest';
import { mazeNameOf } from './maze-of';

it.each([
  ['maze2d-umaze-v1', 'umaze'],
  ['maze2d-eval-large-dense-v1', 'eval-large'],
  ['maze2d-medium-v0', 'medium'],
  ['maze2d-nowhere-v1', undefined],
  ['hopper-v4', undefined],
])('%s is played in %s', (environment, maze) => {
  expect(mazeNameOf(environment)).toBe(maze);
});
