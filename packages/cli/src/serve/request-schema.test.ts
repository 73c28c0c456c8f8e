import type { PolicyDescription } from '@lamo/algos';
import { expect, it } from 'vitest';
import { checkValue } from './read-request';
import { requestSchemas } from './request-schema';

const parts = { at: { start: 0, end: 2, encoding: 'time-of-day' } } as const;
const { named } = requestSchemas({
  ...{ format: 1, lamo: '0', inputs: [], outputs: [], action: { size: 1 } },
  observation: { size: 2, space: { kind: 'vector', parts } },
} as unknown as PolicyDescription);

it.each(['2026-03-01T07:30:00Z', 1_767_225_600, 1_767_225_600_000, 1_767_225_600_000_000])(
  'takes the time %j',
  (at) => {
    expect(checkValue(named!, { at })).toEqual({ at });
  },
);

it.each(['soon', 12, true])('says what a time is to whoever sends %j', (at) => {
  expect(() => checkValue(named!, { at }, 'observation')).toThrow(
    `observation.at: expected a time such as "2026-03-01T07:30:00Z", or seconds (also milli-, micro- or nanoseconds) since 1970, received ${JSON.stringify(at)}`,
  );
});
