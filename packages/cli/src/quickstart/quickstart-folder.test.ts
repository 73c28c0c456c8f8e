import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inspectFolder, prepareFolder } from './quickstart-folder';

const settings = { recipe: 'abc', seed: 1, rows: 10, episodes: 2, steps: 20 };
const marked = JSON.stringify(settings);

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'lamo-quickstart-'));
});
afterEach(() => rmSync(path, { recursive: true }));

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  }
};
const contents = () => readdirSync(path).sort();
const finished = {
  ...{ 'quickstart.json': marked, 'summary.json': '{}', 'report.html': '', 'notes.txt': 'mine' },
  ...{ 'data/maze2d-umaze-v1.hdf5': '', 'runs/bc/manifest.json': '{}' },
};

it.each([
  ['is empty', {}, 'new'],
  ['was about to be made', { 'lock.json': '', '.quickstart.json.4711.tmp': '{' }, 'new'],
  ['was finished', finished, 'replaced'],
  ['has other settings', { 'quickstart.json': JSON.stringify({ ...settings, seed: 2 }) }, 'replaced'],
  [
    'is of an earlier version',
    { 'quickstart.json': JSON.stringify({ ...settings, recipe: undefined }) },
    'replaced',
  ],
  [
    'was being replaced',
    { 'quickstart.json': JSON.stringify({ ...settings, isClearing: true }) },
    'replaced',
  ],
  ['was stopped', { 'quickstart.json': marked, 'runs/bc/manifest.json': '{}' }, 'continued'],
] as const)('a folder that %s is prepared', (_, files, expected) => {
  write(files);
  expect(inspectFolder(path, settings)).toBe(expected);
  expect(prepareFolder(path, settings).preparation).toBe(expected);
  expect(contents().filter((name) => !['lock.json', 'notes.txt'].includes(name))).toEqual([
    'quickstart.json',
    'runs',
  ]);
  expect(readdirSync(join(path, 'runs'))).toEqual(expected === 'continued' ? ['bc'] : []);
  // And is what it should be from then on.
  expect(inspectFolder(path, settings)).toBe('continued');
});

it('replacing one leaves what is not of a quickstart', () => {
  write(finished);
  prepareFolder(path, settings);
  expect(readFileSync(join(path, 'notes.txt'), 'utf8')).toBe('mine');
});

it('a folder that is not of a quickstart, and a file, are left alone', () => {
  write({ 'thesis.txt': 'years of work' });
  const refusal = expect.objectContaining({ code: 'folder-exists' });
  expect(() => prepareFolder(path, settings)).toThrow(refusal);
  expect(() => inspectFolder(join(path, 'thesis.txt'), settings)).toThrow(
    expect.objectContaining({ code: 'not-writable' }),
  );
  expect(contents()).toEqual(['thesis.txt']);
});

it.each(['{"recipe":"abc"', '{"recipe":5}', 'null'])('a damaged mark is named: %s', (text) => {
  write({ 'quickstart.json': text, 'runs/bc/manifest.json': '{}' });
  expect(() => prepareFolder(path, settings)).toThrow(
    expect.objectContaining({ code: 'damaged-file', message: expect.stringContaining('quickstart.json') }),
  );
  expect(existsSync(join(path, 'runs', 'bc'))).toBe(true);
});
