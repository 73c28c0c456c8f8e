import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { appendJsonLine, keepJsonLines, readJsonLines } from './json-lines';

const folder = mkdtempSync(join(tmpdir(), 'lamo-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'lines.jsonl');
beforeEach(() => rmSync(path, { force: true }));

const schema = z.looseObject({ step: z.int(), value: z.number().optional() });
const file = { path, schema, kind: 'a line' };
const contents = () => readFileSync(path, 'utf8');

it('lines come back in their order; a line that was cut off while written does not count', () => {
  appendJsonLine(file, { step: 1, value: 0.1 });
  appendJsonLine(file, { step: 2, value: 1e-30 });
  writeFileSync(path, '{"step":3,"va', { flag: 'a' });
  expect(readJsonLines(file)).toEqual([
    { step: 1, value: 0.1 },
    { step: 2, value: 1e-30 },
  ]);
});

it.each([
  ['was cut off', '{"step":2,"va', ''],
  ['was cut off within a letter', Buffer.from('{"step":2,"näh').subarray(0, -2), ''],
  ['was cut off before anything else was written', '{"st', '', ''],
  ['is whole but for its end', '{"step":2}', '{"step":2}\n'],
])('a last line that %s does not spoil the next one', (_, end, kept, start = '{"step":1}\n') => {
  writeFileSync(path, Buffer.concat([Buffer.from(start), Buffer.from(end)]));
  appendJsonLine(file, { step: 3 });
  expect(contents()).toBe(`${start}${kept}{"step":3}\n`);
});

it('a last line whose end an editor has taken away is read, and kept', () => {
  writeFileSync(path, '{"step":1}\n{"step":2}');
  expect(readJsonLines(file)).toEqual([{ step: 1 }, { step: 2 }]);
  keepJsonLines(file, () => true);
  expect(contents()).toBe('{"step":1}\n{"step":2}\n');
});

it('going back to a step keeps the lines up to it byte for byte', () => {
  // An order and a spacing of its own: it must not be written anew.
  writeFileSync(path, '{"value": 1.50, "step":1}\n{"step":2}\n{"step":');
  keepJsonLines(file, ({ step }) => step <= 1);
  expect(contents()).toBe('{"value": 1.50, "step":1}\n');
});

it('a file that is not there has no lines, and none are made', () => {
  const missing = { ...file, path: join(folder, 'missing.jsonl') };
  keepJsonLines(missing, () => true);
  expect(readJsonLines(missing)).toEqual([]);
});

it.each([
  ['is not JSON', '{"step":,}', /^\[lamo\/cli\/run\] Line 2 of .*lines\.jsonl is not valid JSON/],
  ['lacks a field', '{}', /Line 2 of .* is not a line: `step` .* Expected a number, received nothing/],
  ['has a field of another kind', '{"step":"2"}', /`step` .* received "2"/],
  ['is nothing', 'null', /Line 2 .* Expected an object, received null/],
  ['is empty', '', /Line 2 .* is not valid JSON/],
])('a line that %s is named', (_, line, message) => {
  writeFileSync(path, `{"step":1}\n${line}\n`);
  expect(() => readJsonLines(file)).toThrow(
    expect.objectContaining({ code: 'damaged-file', message: expect.stringMatching(message) }),
  );
});

it('what could not be read again is not written', () => {
  appendJsonLine(file, { step: 1 });
  expect(() => appendJsonLine(file, { step: 2, value: Number.NaN })).toThrow(
    expect.objectContaining({ code: 'invalid-record', message: expect.stringContaining('received NaN') }),
  );
  expect(contents()).toBe('{"step":1}\n');
});
