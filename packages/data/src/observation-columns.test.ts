import { expect, it } from 'vitest';
import { observationColumns } from './observation-columns';

it('columns are named after their parts: categories, times, and places in parts of several', () => {
  const parts = {
    room: { start: 0, end: 1 },
    weather: { start: 1, end: 3, categories: ['rain', 'sun'] },
    at: { start: 3, end: 5, encoding: 'time-of-week' },
    goal: { start: 6, end: 8 },
    again: { start: 7, end: 8 },
  } as const;
  expect(observationColumns({ observationSize: 9, observationSpace: { kind: 'vector', parts } })).toEqual([
    ...['room', 'weather=rain', 'weather=sun', 'at.sin', 'at.cos', null, 'goal[0]', 'goal[1]', null],
  ]);
});
