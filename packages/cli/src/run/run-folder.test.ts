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
import { appendMetrics, removeLeftOvers } from './run-files';
import { checkFree, createRunFolder, findRun, type RunFolder, runFolder } from './run-folder';

let path: string;
let folder: RunFolder;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'lamo-folder-')), 'run');
  folder = runFolder(path);
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

const write = (...names: string[]) => {
  for (const name of names) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), name);
  }
};
const contents = () => readdirSync(path).sort();

/** A run with everything that one may have, and something of its owner's. */
function makeRun(): void {
  write('manifest.json', 'metrics.jsonl', 'evaluations.jsonl', 'timing.jsonl', 'policy.onnx', 'notes.txt');
  write('checkpoints/step-5.safetensors', 'trajectories/a.json', 'perplexity.jsonl');
  write('tokenizer/vocab.json', 'snapshots/1/config.json', 'model/config.json', 'model.tmp/config.json');
}

/** Makes a new run as far as its manifest, which comes last. */
function begin(overwrite = false): void {
  createRunFolder(path, overwrite);
  write('tokenizer/vocab.json', 'manifest.json');
  removeLeftOvers(folder);
}

it.each([
  ['made the folder', () => mkdirSync(path)],
  ['took its lock', () => write('lock.json')],
  ['was about to take its lock', () => write('lock.json.0123456789ab.tmp', 'lock.json.0123456789ab')],
  ['tried whether it can be written', () => write('lock.json', '.lamo.4711.tmp')],
  ['said that it starts', () => write('lock.json', '.lamo-starting')],
  ['made its folders', () => write('.lamo-starting', 'checkpoints/.keep', 'tokenizer/vocab.json')],
  ['was writing the manifest', () => write('.lamo-starting', 'tokenizer/a', '.manifest.json.4711.tmp')],
  [
    'had ended an earlier run',
    () => {
      makeRun();
      createMark();
    },
  ],
  [
    'had removed half of an earlier run',
    () => {
      makeRun();
      createMark();
      rmSync(folder.checkpoints, { recursive: true });
      rmSync(folder.metrics);
    },
  ],
])('a start that was killed when it %s can be made again, with and without --overwrite', (_, leave) => {
  for (const overwrite of [false, true]) {
    leave();
    expect(() => findRun(path)).toThrow(expect.objectContaining({ code: 'not-a-run' }));
    checkFree(path, overwrite);
    begin(overwrite);
    expect(findRun(path)).toEqual(folder);
    const own = contents().filter((name) => name !== 'notes.txt' && !name.startsWith('lock.json'));
    expect(own).toEqual(['checkpoints', 'manifest.json', 'tokenizer']);
    expect(readdirSync(folder.checkpoints)).toEqual([]);
    rmSync(path, { recursive: true });
  }
});

/** What --overwrite does first. */
function createMark(): void {
  rmSync(folder.manifest);
  write('.lamo-starting');
}

it('a start that was killed once the manifest was there has made a run', () => {
  write('manifest.json', '.lamo-starting', 'checkpoints/.step-5.4711.tmp');
  expect(findRun(path)).toEqual(folder);
  expect(() => checkFree(path, false)).toThrow(expect.objectContaining({ code: 'folder-exists' }));
  removeLeftOvers(folder);
  expect(contents()).toEqual(['checkpoints', 'manifest.json']);
  expect(readdirSync(folder.checkpoints)).toEqual([]);
});

it('replacing a run leaves what is not of a run', () => {
  makeRun();
  begin(true);
  expect(contents()).toEqual(['checkpoints', 'manifest.json', 'notes.txt', 'tokenizer']);
  expect(readFileSync(join(path, 'notes.txt'), 'utf8')).toBe('notes.txt');
});

it('a folder that is not of a run is refused and left as it is', () => {
  write('notes.txt', 'checkpoints/step-5.safetensors');
  for (const overwrite of [false, true]) {
    expect(() => createRunFolder(path, overwrite)).toThrow(
      expect.objectContaining({ code: 'folder-exists', message: expect.stringContaining('not a run') }),
    );
  }
  expect(contents()).toEqual(['checkpoints', 'notes.txt']);
});

it('a folder that cannot be made is noticed at once', () => {
  writeFileSync(path, '');
  const below = join(path, 'run');
  expect(() => checkFree(below, false)).toThrow(expect.objectContaining({ code: 'not-writable' }));
  expect(existsSync(below)).toBe(false);
});

it('a line that was half-written when a run was killed does not spoil what comes after it', () => {
  write('manifest.json');
  writeFileSync(folder.metrics, '{"step":1,"metrics":{"loss":1}}\n{"step":2,"metr');
  appendMetrics(folder, { step: 2, metrics: { loss: 0.5 } });
  expect(readFileSync(folder.metrics, 'utf8')).toBe(
    '{"step":1,"metrics":{"loss":1}}\n{"step":2,"metrics":{"loss":0.5}}\n',
  );
});

it('who names the folder that runs lie in is told how to report on all of them', () => {
  write('b/manifest.json', 'a/manifest.json', 'notes.txt');
  const hint = `It holds 2 runs, ${join(path, 'a')} among them; ${join(path, '*')} names all. \`lamo report ${path}\` reports on all that is in it.`;
  expect(() => findRun(path)).toThrow(expect.objectContaining({ code: 'not-a-run', hint }));
  expect(() => findRun(join(path, 'notes.txt'))).toThrow(/notes\.txt is not the folder of a run/);
  expect(() => findRun(join(path, 'nowhere'))).toThrow(/There is no run in the folder '.*nowhere'/);
});
