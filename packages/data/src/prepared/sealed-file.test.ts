import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSealed, writeSealed } from './sealed-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-sealed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, 'file.json');

it('reads what was written, also numbers that JSON has no words for', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.string(), fc.array(fc.double()))),
      (record) => {
        writeSealed(path(), { record });
        expect(readSealed(path(), '')).toEqual({ format: 1, record: { ...record } });
      },
    ),
    {
      numRuns: 200,
      examples: [[{ a: Number.POSITIVE_INFINITY, b: -0, c: [Number.NaN] }], [{ number: 'NaN' }]],
    },
  );
});

it('notices every change but of white space', () => {
  writeSealed(path(), { name: 'a', warnings: [{ code: 'x', message: 'y z' }], size: 12 });
  const text = readFileSync(path(), 'utf8');
  const [whole, plain] = [readSealed(path(), ''), JSON.stringify(JSON.parse(text))];
  for (let at = 0; at < text.length; at++)
    for (const put of ['', ' ', '9', 'q', '"']) {
      const changed = text.slice(0, at) + put + text.slice(at + 1);
      writeFileSync(path(), changed);
      let found: unknown;
      try {
        found = readSealed(path(), 'Do this.');
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(damaged-file|dataset-version)$/) });
        continue;
      }
      expect([found, JSON.stringify(JSON.parse(changed))]).toEqual([whole, plain]);
    }
});

it('knows nothing of a file that is not there, and says so of one of a later version', () => {
  expect(readSealed(join(folder, 'none.json'), '')).toBeUndefined();
  writeFileSync(path(), JSON.stringify({ format: 2 }));
  expect(() => readSealed(path(), '')).toThrow(/later version of lamo.*format 2/);
});
