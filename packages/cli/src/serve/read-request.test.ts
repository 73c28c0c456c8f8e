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

it('says what is missing in plain words, and what a misspelt field was meant to be', () => {
  const schema = z.strictObject({ room: z.number(), hour: z.number() });
  const { message, issues } = refusal(schema, { rom: 15.5, hour: 3 });
  expect(message).toBe('observation.room: expected a number, received nothing; 1 more');
  expect(issues[1]).toEqual({
    path: 'observation.rom',
    expected: 'no such field (did you mean room?)',
    received: '15.5',
  });
  const body = z.strictObject({ observation: z.unknown() });
  expect(refusal(body, { room: 15.5 }).message).toMatch(/observation: expected a value, received nothing/);
});

it('says how much is wrong, and shows the first of it', () => {
  const { message, issues } = refusal(z.array(z.number()), Array(10_000).fill('x'));
  expect(message).toBe('observation[0]: expected a number, received "x"; 9999 more');
  expect(issues).toHaveLength(20);
});
