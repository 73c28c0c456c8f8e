import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { readD4rl, writeD4rl } from '@lamo/data';
import { collectMaze } from '@lamo/eval';
import { afterAll } from 'vitest';
import type { NewRun } from '../src/run/start-run';

/** Makes runs of BC on a maze that take milliseconds, in a folder that is removed after the tests. */
export async function smallRuns(): Promise<(out: string, changes?: Partial<NewRun>) => NewRun> {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-small-runs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const datasetPath = join(folder, 'data.hdf5');
  await writeD4rl(await collectMaze({ maze: 'umaze', reward: 'dense', rows: 300, seed: 1 }), datasetPath);
  const dataset = await readD4rl(datasetPath);
  return (out, changes) => ({
    ...{ algorithm: findAlgorithm('bc'), dataset, datasetPath, config: { hiddenSize: 8, batchSize: 8 } },
    ...{ evaluation: null, seed: 1, steps: 4, logEvery: 10, checkpointEvery: 2 },
    ...{ device: { name: 'cpu' as const }, overwrite: false, ...changes, out: join(folder, out) },
  });
}
