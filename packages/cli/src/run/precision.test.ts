import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { readD4rl, writeD4rl } from '@lamo/data';
import { collectMaze } from '@lamo/eval';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginPath } from '../../../../test/fixtures';
import type { ChosenDevice } from './begin-run';
import { checkSameSettings } from './check-same-settings';
import { readManifest } from './read-manifest';
import { resumeRun } from './resume-run';
import { runFolder } from './run-folder';
import { type NewRun, onDataset, startRun } from './start-run';

const folder = mkdtempSync(join(tmpdir(), 'lamo-precision-'));
afterAll(() => rmSync(folder, { recursive: true }));

let plan: (out: string, device: ChosenDevice) => NewRun;

beforeAll(async () => {
  const datasetPath = join(folder, 'data.hdf5');
  await writeD4rl(await collectMaze({ maze: 'umaze', reward: 'dense', steps: 300, seed: 1 }), datasetPath);
  const dataset = await readD4rl(datasetPath);
  plan = (name, device) => ({
    ...{ algorithm: findAlgorithm('bc'), dataset, datasetPath, config: { hiddenSize: 8, batchSize: 8 } },
    ...{ evaluation: null, seed: 1, steps: 4, logEvery: 10, checkpointEvery: 2 },
    ...{ device, out: join(folder, name), overwrite: false },
  });
});

it('a device without a choice refuses a precision before the folder is touched', async () => {
  const run = plan('refused', { name: 'cpu', precision: 'tf32' });
  await expect(startRun(run)).rejects.toMatchObject({
    code: 'no-precision',
    message: expect.stringContaining('The device cpu has no choice of `precision`'),
  });
  expect(existsSync(run.out)).toBe(false);
});

it('a device without a choice has none in its manifest', async () => {
  const run = plan('plain', { name: 'cpu' });
  await startRun(run);
  expect(Object.keys(readManifest(runFolder(run.out).manifest).device)).not.toContain('precision');
});

const plugin = pluginPath();
describe.skipIf(plugin === undefined)('on XLA', () => {
  const device = { name: `xla:${plugin}` } as const;

  it('the fast precision of a processor is that of whole float32', async () => {
    const run = plan('fast', device);
    await startRun(run);
    expect(readManifest(runFolder(run.out).manifest).device).toMatchObject({ precision: 'float32' });
  });

  it('the precision is recorded, and kept when the run is continued', async () => {
    const run = plan('coarse', { ...device, precision: 'bf16' });
    await startRun(run);
    await resumeRun(run.out, { steps: 6 });
    const { device: recorded, sessions } = readManifest(runFolder(run.out).manifest);
    expect(recorded).toMatchObject({ precision: 'bf16', description: expect.stringContaining('bf16') });
    expect(sessions).toHaveLength(2);
  });

  it('another precision than that of the run is refused', async () => {
    const run = plan('coarse', { ...device, precision: 'float32' });
    await expect(checkSameSettings(onDataset, run)).rejects.toMatchObject({
      code: 'other-settings',
      expected: 'precision "bf16"',
      received: 'precision "float32"',
    });
    await checkSameSettings(onDataset, plan('coarse', device));
  });
});
