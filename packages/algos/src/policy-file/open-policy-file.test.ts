import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, readOnnxMetadata } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import type { DatasetSpec } from '../kinds/dataset';
import { exportPolicy } from './export-policy';
import { openPolicyFile } from './open-policy-file';

const folder = mkdtempSync(join(tmpdir(), 'lamo-policy-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Opens bytes as a file of their own, uses it, and closes it. */
async function opened<Result>(
  file: Uint8Array,
  use: (policy: Awaited<ReturnType<typeof openPolicyFile>>) => Promise<Result>,
) {
  const path = join(folder, `${files++}.onnx`);
  writeFileSync(path, file);
  const policy = await openPolicyFile(path);
  try {
    return await use(policy);
  } finally {
    await policy.dispose();
  }
}

const spec: DatasetSpec = { observationSize: 2, actionSize: 2, actionSpace: { kind: 'discrete', count: 2 } };
/** Chooses the larger of two numbers. */
const larger = (_: unknown, { observations }: Readonly<Record<string, tf.Tensor>>) => ({
  actions: tf.cast(tf.expandDims(tf.argMax(observations!, 1), 1), 'float32'),
  scores: tf.mul(observations!, 2),
});
const rows = { observations: Float32Array.of(1, 2, 4, 3, 5, 6) };

it.each([1, 2, 3, 4, 'batch'] as const)(
  'rows are computed each for itself where a file takes %s at once',
  async (batch) => {
    const file = exportPolicy({ spec }, {}, { observations: [batch, 2] }, larger);
    const { actions, scores } = await opened(file, (policy) => policy.run(rows, 3));
    expect([...actions]).toEqual([1, 0, 1]);
    expect([...scores!]).toEqual([2, 4, 8, 6, 10, 12]);
  },
);

it('a model that says nothing is known by its inputs and outputs', async () => {
  const file = exportOnnx({}, { observations: ['batch', 2] }, larger);
  await opened(file, async ({ description, isDescribed, run }) => {
    expect(isDescribed).toBe(false);
    expect(description.observation).toEqual({ size: 2 });
    expect(description.action).toEqual({ size: 1, space: { kind: 'discrete', count: 2 } });
    expect([...(await run(rows, 3)).actions]).toEqual([1, 0, 1]);
  });
  const amounts = exportOnnx({}, { observations: [4, 2] }, (_, inputs) => ({
    actions: tf.neg(inputs.observations!),
  }));
  await opened(amounts, async ({ description, run }) => {
    expect(description.action).toEqual({ size: 2 });
    expect([...(await run(rows, 3)).actions]).toEqual([-1, -2, -4, -3, -5, -6]);
  });
});

it('refuses a model that is not a policy, and rows of another width', async () => {
  const other = exportOnnx({}, { x: ['batch', 2] }, (_, { x }) => ({ y: tf.neg(x!) }));
  await expect(opened(other, async () => {})).rejects.toThrow(
    /does not say what it is.*received x \[batch, 2\], y/,
  );
  const file = exportPolicy({ spec }, {}, { observations: ['batch', 2] }, larger);
  await expect(opened(file, ({ run }) => run(rows, 2))).rejects.toThrow(/Expected 4, received 6/);
  await expect(opened(new Uint8Array(0), async () => {})).rejects.toThrow(
    /not an ONNX model that can be run/,
  );
});

it('refuses the description of another model', async () => {
  const described = exportPolicy({ spec }, {}, { observations: ['batch', 2] }, larger);
  const metadata = readOnnxMetadata(described);
  for (const model of [
    exportOnnx({}, { observations: ['batch', 3] }, larger, { metadata }),
    exportOnnx(
      {},
      { observations: ['batch', 2] },
      (_, inputs) => ({ actions: tf.neg(inputs.observations!) }),
      { metadata },
    ),
  ])
    await expect(opened(model, async () => {})).rejects.toThrow(
      /is not that of its model: it has other (in|out)puts/,
    );
});
