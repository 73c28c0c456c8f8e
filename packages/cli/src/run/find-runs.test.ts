import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRuns } from './find-runs';

const folder = mkdtempSync(join(tmpdir(), 'lamo-find-runs-'));
const at = (...names: string[]) => join(folder, ...names);

beforeAll(() => {
  for (const run of ['runs/bc', 'runs/several/s0', 'runs/several/s1', 'deep/a/b/run']) {
    mkdirSync(at(run, 'checkpoints'), { recursive: true });
    writeFileSync(at(run, 'manifest.json'), '{}');
  }
  mkdirSync(at('runs', 'notes'));
  for (const file of ['runs/report.html', 'runs/several/log.txt', 'runs/.hidden', 'runs/notes/a.txt'])
    writeFileSync(at(file), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const runs = [at('runs/bc'), at('runs/several/s0'), at('runs/several/s1')];

it('finds the runs in a folder, also those of several seeds, and tells what lies beside them', () => {
  expect(findRuns([at('runs')])).toEqual({
    paths: runs,
    leftOut: [at('runs/notes'), at('runs/report.html'), at('runs/several/log.txt')],
  });
});

it('takes what a shell makes of `runs/*`, files beside the runs too', () => {
  expect(findRuns([at('runs/bc'), at('runs/report.html'), at('runs/several')])).toEqual({
    paths: runs,
    leftOut: [at('runs/report.html'), at('runs/several/log.txt')],
  });
});

it.each([
  [
    'a folder that holds no run, beside runs',
    ['runs/bc', 'runs/notes'],
    /runs\/notes is not the folder of a run\. Expected a folder with a manifest\.json.*or a folder that holds such folders/,
  ],
  ['what does not exist, beside runs', ['runs/bc', 'runs/bd'], /no run in the folder .*runs\/bd/],
  ['files alone', ['runs/report.html', 'runs/several/log.txt'], /report\.html is not the folder of a run/],
  ['a folder whose runs lie further down', ['deep'], /deep is not the folder of a run/],
])('refuses %s', (_, names, message) => {
  expect(() => findRuns(names.map((name) => at(name)))).toThrow(message);
});
