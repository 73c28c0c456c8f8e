import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { locateCheckpoint } from './locate-checkpoint';
import { refuseOtherFile } from './refuse-other-file';

const folder = mkdtempSync(join(tmpdir(), 'lamo-other-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

it.each([
  ['notes.TXT', /received what seems to be text\. `lamo pretrain --text \S+notes\.TXT` learns/],
  ['rows.jsonl', /received what seems to be JSON lines\. `lamo train sft --completions \S+rows\.jsonl`/],
  [
    'policy.onnx',
    /received what seems to be a policy\. `lamo inspect .*`lamo train fqe --policy \S+policy\.onnx` judges/,
  ],
  ['data.hdf5', /received what seems to be a dataset\. `lamo inspect \S+data\.hdf5` says/],
])('%s in place of a checkpoint is refused, with what takes it', (name, message) => {
  const path = write(name);
  expect(() => locateCheckpoint(path)).toThrow(message);
  expect(() => locateCheckpoint(path)).toThrow(/Expected the folder of a run, or a checkpoint/);
});

it('a file of a run leads to its folder', () => {
  const manifest = write('run/manifest.json');
  expect(() => refuseOtherFile(write('run/policy.onnx'), 'a run')).toThrow(
    `a file in the folder of a run. Name the run: ${dirname(manifest)}`,
  );
});

it('leaves to its reader what has no such name, and what does not exist', () => {
  for (const path of [write('run/copied.safetensors'), write('model'), join(folder, 'none.txt'), folder])
    expect(() => refuseOtherFile(path, 'a run')).not.toThrow();
});
