import { expect, it } from 'vitest';
import { parseLooseJson, parseLooseObject } from './loose-json';

it('reads bare infinities and NaN, and leaves them alone inside of strings', () => {
  const text =
    '{"low": [-Infinity, -1], "high": [Infinity, NaN], "note": "NaN or -Infinity \\" Infinity", "in": "{\\"a\\": NaN}"}';
  const inner = '{"a": NaN}';
  expect(parseLooseJson('x', text)).toEqual({
    low: [Number.NEGATIVE_INFINITY, -1],
    high: [Number.POSITIVE_INFINITY, null],
    note: 'NaN or -Infinity " Infinity',
    in: inner,
  });
  expect(parseLooseJson('x', inner)).toEqual({ a: null });
});

it.each(['{"a": Nan}', '{"a": "unfinished', '', '{"a": InfinityInfinity}'])('refuses %s', (text) => {
  expect(() => parseLooseJson('metadata.json', text)).toThrow(/metadata\.json is not JSON/);
});

it('reads a text of a megabyte', () => {
  expect(parseLooseJson('x', `"${'\\"NaN'.repeat(250_000)}"`)).toHaveLength(1_000_000);
});

it('wants an object where one is wanted', () => {
  expect(() => parseLooseObject('metadata.json', '[]')).toThrow(/something other than an object/);
});
