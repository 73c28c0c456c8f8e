import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeHdf5 } from '../test/write-hdf5';
import { readD4rl } from './read-d4rl';

const folder = mkdtempSync(join(tmpdir(), 'lamo-layout-'));
afterAll(() => rmSync(folder, { recursive: true }));

const array = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});

type Arrays = Parameters<typeof writeHdf5>[1];

it.each<[string, string, string, Arrays]>([
  [
    'Minari',
    'other-layout',
    '`episode_0/observations` [4, 2]',
    {
      'episode_0/observations': array(4, 2),
      'episode_0/actions': array(3, 1),
      'episode_0/rewards': array(3),
    },
  ],
  [
    'robomimic',
    'other-layout',
    '`data/demo_0/actions` [3, 1]',
    { 'data/demo_0/actions': array(3, 1), 'data/demo_0/obs/eef_pos': array(3, 3) },
  ],
  [
    'observations in parts',
    'other-layout',
    'side by side',
    {
      'observations/goal': array(3, 2),
      'observations/position': array(3, 2),
      actions: array(3, 1),
      rewards: array(3),
      terminals: array(3),
    },
  ],
  [
    'transposed',
    'length-mismatch',
    'MATLAB and Julia',
    { observations: array(2, 3), actions: array(1, 3), rewards: array(3), terminals: array(3) },
  ],
  [
    'transposed',
    'wrong-rank',
    'MATLAB and Julia',
    { observations: array(2, 3), actions: array(1, 3), rewards: array(1, 3), terminals: array(1, 3) },
  ],
])('a file of the kind "%s" is told what it is and what to do', async (name, code, part, arrays) => {
  const path = join(folder, 'case.hdf5');
  await writeHdf5(path, arrays);
  const failure = await readD4rl(path).catch((error) => error);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain(name);
  expect(failure.message).toContain(part);
});
