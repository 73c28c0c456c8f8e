import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { bestOf, policyFolder } from '../../../test/judged-policies';
import { settingsOf } from '../../../test/small-config';
import { saveResult } from '../../engine/load-result';
import { train } from '../../engine/train';
import { bc, dt } from '../../registry';
import { toyDataset } from '../../testing/toy-dataset';
import { loadJudgedPolicy } from './load-judged-policy';

const write = policyFolder();
const folder = mkdtempSync(join(tmpdir(), 'lamo-judged-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const AMOUNTS = { observationSize: 2, actionSize: 1, actionBounds: { low: [0], high: [4] } };
const CLASSES = {
  ...{ observationSize: 2, actionSize: 3 },
  actionSpace: { kind: 'discrete' as const, count: 3 },
};

const columns = (observations: tf.Tensor, from: number, count: number) =>
  tf.slice(observations as tf.Tensor2D, [0, from], [-1, count]);

describe('a policy that is judged', () => {
  it('acts in raw units on all rows, however many its file takes, and is scaled as batches are', async () => {
    const rows = Float32Array.from({ length: 2 * 2500 }, (_, i) => (i % 5) - 0.5);
    const expected = Array.from({ length: 2500 }, (_, i) => Math.abs(rows[2 * i]!) / 2 - 1);
    for (const batch of [undefined, 1, 7]) {
      const path = write(`batch-${batch}`, 2, (seen) => ({ actions: tf.abs(columns(seen, 0, 1)) }), batch);
      const counted: number[] = [];
      const policy = await loadJudgedPolicy(
        AMOUNTS,
        { policy: path },
        { onActions: ({ rows }) => counted.push(rows) },
      );
      expect([...(await policy.act(rows))]).toEqual(expected);
      expect(counted.at(-1)).toBe(2500);
    }
  });

  it('has its class as a column of its own', async () => {
    const path = write('classes', 2, (seen) => bestOf(columns(tf.concat([seen, tf.mul(seen, -1)], 1), 0, 3)));
    const policy = await loadJudgedPolicy(CLASSES, { policy: path });
    expect([...(await policy.act(Float32Array.from([1, 0, 0, 1, -1, -2])))]).toEqual([
      1, 0, 0, 0, 1, 0, 0, 0, 1,
    ]);
  });

  it('is told from others by its file', async () => {
    const paths = [1, 2, 1].map((factor, i) =>
      write(`identity-${i}`, 2, (seen) => ({ actions: tf.mul(columns(seen, 0, 1), factor) })),
    );
    const [a, b, c] = await Promise.all(paths.map((policy) => loadJudgedPolicy(AMOUNTS, { policy })));
    expect(a!.identity).toBe(c!.identity);
    expect(a!.identity).not.toBe(b!.identity);
  });

  it('stops asking when it is told to', async () => {
    const path = write('stopped', 2, (seen) => ({ actions: columns(seen, 0, 1) }));
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const policy = await loadJudgedPolicy(AMOUNTS, { policy: path }, { signal: controller.signal });
    await expect(policy.act(new Float32Array(2))).rejects.toThrow('enough');
  });

  it('is found in the folder of a run', async () => {
    const run = await train(bc, toyDataset(), { steps: 1, config: settingsOf(bc) });
    await run.save(folder);
    await run.dispose();
    const policy = await loadJudgedPolicy({ observationSize: 3, actionSize: 2 }, { policy: folder });
    expect(await policy.act(new Float32Array(6))).toHaveLength(4);
  });
});

describe('a policy is refused', () => {
  it.each([
    ['that is not named', null, /It is not said which policy/],
    ['that is not there', '/nowhere/policy.onnx', /'\/nowhere\/policy\.onnx' does not exist/],
  ])('%s', async (_, policy, message) => {
    await expect(loadJudgedPolicy(AMOUNTS, { policy })).rejects.toThrow(message);
  });

  it('whose run has not written it, or whose file is none', async () => {
    const path = join(folder, 'unfinished');
    mkdirSync(path);
    await expect(loadJudgedPolicy(AMOUNTS, { policy: path })).rejects.toThrow(
      /has no policy\.onnx.*let it finish/,
    );
    writeFileSync(join(path, 'policy.onnx'), 'no model');
    await expect(loadJudgedPolicy(AMOUNTS, { policy: path })).rejects.toMatchObject({
      code: 'policy-mismatch',
      message: expect.stringMatching(
        /unfinished\/policy\.onnx is damaged, or not an ONNX model.*received a file of 8 bytes\. Copy it again.*onnxruntime says: [^.]+\.$/,
      ),
    });
  });

  it('that has a memory, with the way to judge it', async () => {
    const config = settingsOf(dt);
    const run = await train(dt, toyDataset(), { steps: 1, config });
    const checkpoint = await run.checkpoint();
    await run.dispose();
    const path = join(folder, 'memory');
    await saveResult(dt, checkpoint, path);
    await expect(loadJudgedPolicy({ observationSize: 3, actionSize: 2 }, { policy: path })).rejects.toThrow(
      /has a memory.*received observations, .*lamo evaluate/i,
    );
  });

  it.each<[string, object, Parameters<typeof write>[1], Parameters<typeof write>[2], RegExp]>([
    [
      'that takes other observations',
      AMOUNTS,
      3,
      (seen) => ({ actions: columns(seen, 0, 1) }),
      /other observations.*Expected 2 numbers, received 3/,
    ],
    [
      'that gives other actions',
      AMOUNTS,
      2,
      (seen) => ({ actions: tf.square(seen) }),
      /other actions.*Expected 1 numbers, received 2/,
    ],
    [
      'that chooses classes where actions are amounts',
      AMOUNTS,
      2,
      (seen) => bestOf(tf.square(seen)),
      /chooses between classes.*--action-classes/,
    ],
    [
      'that gives amounts where actions are classes',
      CLASSES,
      2,
      (seen) => ({ actions: tf.square(seen) }),
      /gives no classes.*Expected one of 3 classes, received actions of 2 numbers/,
    ],
    [
      'that chooses between other classes',
      CLASSES,
      2,
      (seen) => bestOf(tf.square(seen)),
      /other classes.*Expected one of 3 classes, received one of 2/,
    ],
    [
      'whose output has another name',
      AMOUNTS,
      2,
      (seen) => ({ action: columns(seen, 0, 1) }),
      /other inputs or outputs.*received observations \[batch, 2\], action \[batch, 1\]/,
    ],
  ])('%s', async (name, spec, size, act, message) => {
    const policy = write(name.replaceAll(' ', '-'), size, act);
    await expect(loadJudgedPolicy(spec as typeof AMOUNTS, { policy })).rejects.toThrow(message);
  });

  it.each<[string, object, Parameters<typeof write>[2], RegExp]>([
    [
      'that leaves the range of the data',
      AMOUNTS,
      (seen) => ({ actions: columns(seen, 0, 1) }),
      /outside of the range.*Expected 0 to 4 in column 0, received -1 to 5 in column 0/,
    ],
    [
      'that gives something other than a class',
      CLASSES,
      (seen) => ({ actions: columns(seen, 0, 1) }),
      /chooses a class that does not exist.*Expected classes from 0 to 2, received -1/,
    ],
    [
      'that gives no number',
      AMOUNTS,
      (seen) => ({ actions: tf.log(columns(seen, 0, 1)) }),
      /gives an action that is not a number.*Expected finite numbers, received NaN/,
    ],
  ])('%s, when it acts', async (name, spec, act, message) => {
    const path = write(name.replaceAll(' ', '-'), 2, act);
    const policy = await loadJudgedPolicy(spec as typeof AMOUNTS, { policy: path });
    await expect(policy.act(Float32Array.from([-1, 0, 5, 0]))).rejects.toThrow(message);
  });

  it.each<[string, object, Parameters<typeof write>[2], RegExp]>([
    [
      'whose rows turn out wider than actions of the data',
      AMOUNTS,
      (seen) => ({ actions: tf.abs(seen) }),
      /another shape.*Expected \[2, 1\], received \[2, 2\]/,
    ],
    [
      'that gives a column for each class instead of its number',
      CLASSES,
      (seen) => ({ actions: tf.abs(tf.concat([seen, columns(seen, 0, 1)], 1)) }),
      /another shape.*Expected \[2, 1\], received \[2, 3\]/,
    ],
  ])('%s, though its file leaves its widths open', async (name, spec, act, message) => {
    const path = write(name.replaceAll(' ', '-'), 2, act);
    openWidths(path);
    const policy = await loadJudgedPolicy(spec as typeof AMOUNTS, { policy: path });
    await expect(policy.act(Float32Array.from([1, 0, 0, 1]))).rejects.toThrow(message);
  });

  it('that gives more rows than it was asked about', async () => {
    const twice = (seen: tf.Tensor) => ({ actions: columns(tf.concat([seen, seen], 0), 0, 1) });
    const policy = await loadJudgedPolicy(AMOUNTS, { policy: write('twice', 2, twice, 1) });
    await expect(policy.act(Float32Array.from([1, 0]))).rejects.toThrow(
      /Expected \[1, 1\], received \[2, 1\]/,
    );
  });
});

/** Opens the widths of a file's input and output: in place of a number [0x08, n] they get an empty name [0x12, 0]. */
function openWidths(path: string): void {
  const bytes = readFileSync(path);
  for (const name of ['observations', 'actions']) {
    const width = bytes.indexOf(Buffer.from([0x0a, 0x02, 0x08]), bytes.lastIndexOf(name));
    bytes.set([0x12, 0], width + 2);
  }
  writeFileSync(path, bytes);
}
