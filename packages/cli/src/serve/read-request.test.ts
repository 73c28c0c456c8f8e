import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkValue } from './read-request';
import { RequestError } from './request-error';

/** What a value is refused with. */
function refusal(schema: z.ZodType, value: unknown): RequestError {
  try {
    checkValue(schema, value, 'observation');
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

it('names a field that there is not, cut where its name is long', () => {
  const { message, issues } = refusal(z.strictObject({ room: z.number() }), {
    room: 1,
    ['x'.repeat(1e6)]: 2,
  });
  expect(message).toMatch(/^observation\.x{60}…: expected no such field, received 2$/);
  expect(JSON.stringify(issues).length).toBeLessThan(200);
});

it('says how much is wrong, and shows the first of it', () => {
  const { message, issues } = refusal(z.array(z.number()), Array(10_000).fill('x'));
  expect(message).toBe('observation[0]: expected a number, received "x"; 9999 more');
  expect(issues).toHaveLength(20);
});
