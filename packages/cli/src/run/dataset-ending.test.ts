import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTable } from '@lamo/data';
import { afterAll, expect, it } from 'vitest';
import { isDataset } from './dataset-ending';

const folder = mkdtempSync(join(tmpdir(), 'lamo-dataset-ending-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('tells files of datasets by their names, whether they are there or not', () => {
  for (const name of ['a.hdf5', 'a.H5', 'a.npz', 'a.pkl', 'a.pickle']) expect(isDataset(name)).toBe(true);
  for (const name of ['a.safetensors', 'a.txt', 'a', 'hdf5']) expect(isDataset(name)).toBe(false);
});

it('takes for logs what @lamo/data reads as logs', () => {
  for (const ending of [
    'csv',
    'tsv',
    'csv.gz',
    'TSV.gz',
    'jsonl',
    'ndjson',
    'jsonl.gz',
    'parquet',
    'json',
    'csv.zip',
  ]) {
    const name = `log.${ending}`;
    expect([name, isDataset(name)]).toEqual([name, isTable(name)]);
  }
});

it.each(['lamo-dataset.json', 'preparing.json'])('takes a folder with %s for a dataset', (name) => {
  const prepared = join(folder, name.replace('.json', ''));
  mkdirSync(prepared);
  expect(isDataset(prepared)).toBe(false);
  writeFileSync(join(prepared, name), '{}');
  expect(isDataset(prepared)).toBe(true);
});

it('tells the folder of a dataset from that of a run', () => {
  mkdirSync(join(folder, 'hopper/data'), { recursive: true });
  expect(isDataset(join(folder, 'hopper'))).toBe(false);
  writeFileSync(join(folder, 'hopper/data/metadata.json'), '{}');
  expect(isDataset(join(folder, 'hopper'))).toBe(true);
  expect(isDataset(join(folder, 'hopper/data'))).toBe(true);
  writeFileSync(join(folder, 'hopper/manifest.json'), '{}');
  expect(isDataset(join(folder, 'hopper'))).toBe(false);
});
