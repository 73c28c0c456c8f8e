import type { PolicyDescription } from '@lamo/algos';
import { expect, it } from 'vitest';
import { exampleObservation } from './example-observation';
import { requestSchemas } from './request-schema';

const parts = {
  weather: { start: 1, end: 3, categories: ['rain', 'sun'] },
  member: { start: 3, end: 4, encoding: 'flag' },
  at: { start: 4, end: 6, encoding: 'time-of-day' },
} as const;

const describing = (observation: object) =>
  ({
    ...{ format: 1, lamo: '0', inputs: [], outputs: [] },
    observation,
    action: { size: 1 },
  }) as PolicyDescription;

const range = { low: [10, 0, 0, 0, -1, -1], high: [20, 1, 1, 1, 1, 1] };

it.each([
  ['by names', { room: { start: 0, end: 1 }, ...parts }, { room: 15, weather: 'rain', member: false }],
  ['as a list, where a column has no name', parts, [15, 1, 0, 0, 0, 1]],
])('makes up an observation %s that is taken', (_, parts, example) => {
  const description = describing({ size: 6, range, space: { kind: 'vector', parts } });
  const observation = exampleObservation(description);
  expect(observation).toMatchObject(example);
  expect(requestSchemas(description).act.safeParse({ observation }).success).toBe(true);
});
