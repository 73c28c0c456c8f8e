import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll } from 'vitest';
import { iql } from '../src/algorithms/iql';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { algorithmsOf } from '../src/engine/find-algorithm';
import { toldTaskKind } from '../src/ingredients/task-observations';
import { datasetKind } from '../src/kinds/dataset';
import { type TestAlgorithmOptions, testAlgorithm } from '../src/testing';
import { bestOf, policyFolder } from './judged-policies';
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
  'cal-ql': { variants: [{ targetGap: 5 }] },
  lamo: {
    variants: [withText],
    skip: {
      'trains every group of parameters but the frozen one':
        'as in the paper, its heads for observations and returns count and are never used',
    },
  },
  'wiki-rl': { variants: [withText] },
};

const write = policyFolder();

/** Policies for the toy, for those that judge one. */
function judged({ result }: AnyAlgorithm): TestAlgorithmOptions {
  if (result.kind !== 'estimate') return {};
  const pull = write('pull', 3, (seen) => ({ actions: tf.mul(tf.slice(seen, [0, 0], [-1, 2]), -0.3) }));
  // Pulls right of the middle to the left, and left of it to the right.
  const choose = write('choose', 3, (seen) =>
    bestOf(tf.concat([seen, tf.mul(tf.slice(seen, [0, 0], [-1, 1]), -1)], 1)),
  );
  return { config: { policy: pull }, wideConfig: { policy: pull }, classConfig: { policy: choose } };
}

// What learns several tasks is tested where it is defined.
for (const algorithm of [datasetKind, toldTaskKind].flatMap((kind) => [...algorithmsOf(kind).values()])) {
  const { config, wideConfig, ...own } = judged(algorithm);
  testAlgorithm(algorithm, {
    config: { ...settingsOf(algorithm), ...config },
    // Full widths and batches, short windows.
    wideConfig: { ...settingsOf(algorithm, { contextLength: 2 }), ...wideConfig },
    ...own,
    ...PARTICULARS[algorithm.name],
  });
}
