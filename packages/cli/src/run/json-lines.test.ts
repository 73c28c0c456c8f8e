import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendJsonLine, keepJsonLines, readJsonLines } from './json-lines';

const folder = mkdtempSync(join(tmpdir(), 'lamo-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'lines.jsonl');

it('lines come back in their order; a line that was cut off while written does not count', () => {
  appendJsonLine(path, { step: 1, value: 0.1 });
  appendJsonLine(path, { step: 2, value: 1e-30 });
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"step":3,"va`);
  expect(readJsonLines(path)).toEqual([
    { step: 1, value: 0.1 },
    { step: 2, value: 1e-30 },
  ]);
});

it('going back to a step keeps the lines up to it byte for byte', () => {
  // An order and a spacing of its own: it must not be written anew.
  writeFileSync(path, '{"value": 1.50, "step":1}\n{"step":2}\n{"step":');
  keepJsonLines<{ step: number }>(path, ({ step }) => step <= 1);
  expect(readFileSync(path, 'utf8')).toBe('{"value": 1.50, "step":1}\n');
});

it('a file that is not there has no lines, and none are made', () => {
  const missing = join(folder, 'missing.jsonl');
  keepJsonLines(missing, () => true);
  expect(readJsonLines(missing)).toEqual([]);
});

it('a damaged line is named', () => {
  writeFileSync(path, '{"step":1}\n{"step":,}\n');
  expect(() => readJsonLines(path)).toThrow(
    expect.objectContaining({ code: 'damaged-file', message: expect.stringContaining('Line 2 of') }),
  );
});
