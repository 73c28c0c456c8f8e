import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { iql } from '../src/algorithms/iql';
import { algorithmsOf } from '../src/engine/find-algorithm';
import { datasetKind } from '../src/kinds/dataset';
import { type TestAlgorithmOptions, testAlgorithm } from '../src/testing';
import { settingsOf } from './small-config';

const folder = mkdtempSync(join(tmpdir(), 'lamo-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));
const text = join(folder, 'text.txt');
writeFileSync(text, 'A point is pulled towards the middle of the plane.\n'.repeat(30));
const withText = { textWeight: 0.1, text, textLength: 16, textBatchSize: 1 };

/** What is particular to some: settings with metrics of their own, another metric that falls. */
const PARTICULARS: Readonly<Record<string, TestAlgorithmOptions>> = {
  iql: { variants: [{ policy: 'deterministic', dropout: 0.1 }, iql.presets.corl!] },
  // Bellman errors rise with the values that are still being found.
  cql: { variants: [{ targetGap: 5 }], loss: 'conservativeLoss' },
  lamo: {
    variants: [withText],
    skip: {
      'trains every group of parameters but the frozen one':
        'as in the paper, its heads for observations and returns count and are never used',
    },
  },
  'wiki-rl': { variants: [withText] },
};

for (const algorithm of algorithmsOf(datasetKind).values()) {
  testAlgorithm(algorithm, {
    config: settingsOf(algorithm),
    // Full widths and batches, short windows.
    wideConfig: settingsOf(algorithm, { contextLength: 2 }),
    ...PARTICULARS[algorithm.name],
  });
}
