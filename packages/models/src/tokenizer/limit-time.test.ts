import { expect, it } from 'vitest';
import { limitTime } from './limit-time';

it('ends a pattern whose time doubles with each letter', () => {
  const text = `${'a'.repeat(60)}!`;
  expect(() => limitTime('x/tokenizer.json', text.length, () => /^(a+)+$/u.test(text), 50)).toThrow(
    expect.objectContaining({
      code: 'too-slow',
      message: expect.stringMatching(/x\/tokenizer.json.*61 letters/),
    }),
  );
});

it('gives back what the work gives or throws, also of calls within calls', () => {
  expect(limitTime('x', 1, () => limitTime('x', 1, () => 2) + 1)).toBe(3);
  const own = new TypeError('own');
  expect(() =>
    limitTime('x', 1, () => {
      throw own;
    }),
  ).toThrow(own);
});
