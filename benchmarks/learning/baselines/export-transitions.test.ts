import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAlgorithm, parseConfig } from '@lamo/algos';
import { createDataset } from '@lamo/data';
import { readSafetensors } from '@lamo/runtime';
import { afterAll, expect, it } from 'vitest';
import { exportTransitions } from './export-transitions';

const folder = mkdtempSync(join(tmpdir(), 'lamo-baselines-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('exports what our sampler would draw: scaled observations and rewards, and no row with a time-out', () => {
  const dataset = createDataset({
    name: 'five rows',
    observationSize: 1,
    actionSize: 1,
    observations: [0, 2, 4, 6, 8],
    actions: [0.1, 0.2, 0.3, 0.4, 0.5],
    rewards: [1, 2, 3, 4, 5],
    terminated: [0, 0, 0, 1, 0],
    truncated: [0, 1, 0, 0, 0],
  });
  const awac = parseConfig(findAlgorithm('awac'), { rewardScale: 10, rewardBias: -1 });
  const path = join(folder, 'transitions.safetensors');
  const scaler = exportTransitions(dataset, awac, path);
  expect([...scaler.mean.data]).toEqual([4]);
  const column = (name: string) => [...readSafetensors(path).tensors.get(name)!.data];
  // Row 1 ends by a time-out, and row 4 has nothing after it. √8 is the deviation, to which 1e-3 is added.
  const scaled = (x: number) => Math.fround((x - 4) / Math.fround(Math.sqrt(8) + 1e-3));
  expect(column('observations')).toEqual([0, 4, 6].map(scaled));
  expect(column('next_observations')).toEqual([2, 6, 8].map(scaled));
  expect(column('actions')).toEqual([0.1, 0.3, 0.4].map(Math.fround));
  expect(column('next_actions')).toEqual([0.2, 0.4, 0.5].map(Math.fround));
  expect(column('rewards')).toEqual([9, 29, 39]);
  expect(column('terminated')).toEqual([0, 0, 1]);
});
