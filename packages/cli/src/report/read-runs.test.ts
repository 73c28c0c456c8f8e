import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluationRecord, runRecord, writeRun } from '../../test/run-record';
import { readRuns } from './read-runs';
import { renderReport } from './render-report';

const folder = mkdtempSync(join(tmpdir(), 'lamo-read-runs-'));
const first = join(folder, 'first');
const second = join(folder, 'second');

beforeAll(() => {
  const evaluations = [evaluationRecord([1, 3])];
  writeRun(first, runRecord({ evaluations }));
  writeRun(second, runRecord({ evaluations, manifest: { seed: 1 } }));
  symlinkSync(first, join(folder, 'link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['the same path', () => first],
  ['a slash at the end', () => `${first}/`],
  ['a detour', () => `${folder}/second/../first`],
  ['a relative path', () => relative(process.cwd(), first)],
  ['a link to it', () => join(folder, 'link')],
])('reads a run once that is named again by %s, and tells', (_, again) => {
  const { runs, repeated } = readRuns([first, second, again()]);
  expect(runs.map(({ path }) => path)).toEqual([first, second]);
  expect(repeated).toEqual([{ path: again(), earlier: first }]);
});

it('a copy of a run is not a second seed: the report says so, and counts one', async () => {
  const copy = join(folder, 'copy');
  cpSync(first, copy, { recursive: true });
  const { runs } = readRuns([first, copy]);
  expect(runs).toHaveLength(2);
  const page = await renderReport(runs, new Date(0));
  expect(page).toContain(`${copy} has the same settings, data and seed (0) as ${first}.`);
  expect(page).toContain('over 2 episodes');
  expect(page).not.toContain('over 2 runs');
});

it.each([
  ['is gone', undefined],
  ['is not JSON', '{"step": 1\n'],
  ['is of no training', '{"step":200,"activity":"evaluation","seconds":3}\n'],
  ['says that it took no time', '{"step":200,"activity":"training","seconds":0}\n'],
  ['has a line that is none', '{"step":200,"activity":"training","seconds":null}\n'],
])('a report does without timing.jsonl if it %s', async (_, text) => {
  const path = join(folder, 'untimed');
  writeRun(path, runRecord({ evaluations: [evaluationRecord([1, 3])] }));
  if (text === undefined) rmSync(join(path, 'timing.jsonl'));
  else writeFileSync(join(path, 'timing.jsonl'), text);
  const page = await renderReport(readRuns([path]).runs, new Date(0));
  expect(page).toContain('<td class="number" data-label="steps/s">–</td>');
  expect(page).toContain('<dt>steps</dt><dd>200</dd>');
  expect(page).not.toMatch(/NaN|Infinity/);
  if (text?.includes('"seconds":0')) return;
  expect(page).toContain(`How long ${path} trained is not known`);
  expect(page).toContain('<dt>training</dt><dd>–</dd>');
});
