import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseRecord } from './parse-record';

const schema = z.looseObject({ step: z.int(), returns: z.array(z.number()) });
const origin = { where: 'test', name: 'line 3 of a file', kind: 'an evaluation' };

describe('parseRecord', () => {
  it('names the field that is wrong, what it should be and what it is', () => {
    expect(() => parseRecord(schema, { step: 1, returns: [2, 'a'] }, origin)).toThrow(
      'line 3 of a file is not an evaluation: `returns[1]` is not valid. Expected a number, received "a".',
    );
    expect(() => parseRecord(schema, { returns: [] }, origin)).toThrow(
      '`step` is not valid. Expected a number, received nothing.',
    );
  });

  it('refuses values that are nested too deeply to be shown', () => {
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
    expect(() => parseRecord(schema, deep, origin)).toThrow(/nested too deeply/);
  });
});
