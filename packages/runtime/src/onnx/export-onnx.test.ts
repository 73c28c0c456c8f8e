import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { importOnnxRuntime } from '../devices/import-onnxruntime';
import { hostArray } from '../tree';
import { exportOnnx } from './export-onnx';

const ort = await importOnnxRuntime();

/** Runs a file with the input `x` [rows, 2, 3], whose numbers are 0, 1, 2 …, and returns the output `y`. */
async function run(file: Uint8Array, rows: number) {
  const session = await ort.InferenceSession.create(file);
  const x = Float32Array.from({ length: rows * 6 }, (_, i) => i);
  const { y } = await session.run({ x: new ort.Tensor('float32', x, [rows, 2, 3]) });
  await session.release();
  return y!;
}

const weight = hostArray([3, 2], [1, 0, 0, 1, 1, 1]);

describe('a function exported for any batch size', () => {
  it('computes each row as it does alone, through shapes and constants that contain the batch', async () => {
    const file = exportOnnx({ weight }, { x: ['batch', 2, 3] }, (state, { x }) => {
      const { weight } = state as { weight: tf.Tensor2D };
      const rows = x!.shape[0]!;
      const products = tf.matMul(tf.reshape(x!, [rows * 2, 3]), weight);
      const ones = tf.ones([rows, 2, 1]);
      return { y: tf.concat([tf.reshape(products, [rows, 2, 2]), ones], 2) };
    });
    for (const rows of [1, 3, 64]) {
      const { dims, data } = await run(file, rows);
      expect(dims).toEqual([rows, 2, 3]);
      const expected = Array.from({ length: rows * 2 }, (_, i) => [6 * i + 2, 6 * i + 3, 1]);
      expect(Array.from(data as Float32Array)).toEqual(expected.flat());
    }
  });

  it('keeps a batch size that is asked for', async () => {
    const file = exportOnnx({}, { x: [2, 2, 3] }, (_, { x }) => ({ y: tf.mul(x!, 2) }));
    await expect(run(file, 3)).rejects.toThrow(/Expected: 2/);
    expect((await run(file, 2)).dims).toEqual([2, 2, 3]);
  });

  it.each([
    ['a mean over the batch', (x: tf.Tensor) => tf.sub(x, tf.mean(x, 0))],
    ['a division by the number of rows', (x: tf.Tensor) => tf.div(x, x.shape[0]!)],
    ['a number for each row', (x: tf.Tensor) => tf.add(x, tf.reshape(tf.range(0, x.shape[0]!), [-1, 1, 1]))],
  ])('is refused where rows depend on each other: %s', (_, change) => {
    const inputs = { x: ['batch', 2, 3] } as const;
    expect(() => exportOnnx({}, inputs, (_, { x }) => ({ y: change(x!) }))).toThrow(
      /cannot be exported for any batch size/,
    );
  });
});

describe('an exported function', () => {
  it.each([
    ['input', 'an operator has', 't1', 'y'],
    ['input', 'a leaf of the state has', 'state/weight', 'y'],
    ['output', 'an operator has', 'x', 't2'],
    ['output', 'a leaf of the state has', 'x', 'state/weight'],
    ['output', 'an input has', 'x', 'x'],
  ])('refuses an %s with a name that %s', (kind, _, input, output) => {
    const file = () =>
      exportOnnx({ weight }, { [input]: [2, 3] }, (state, inputs) => ({
        [output]: tf.matMul(inputs[input] as tf.Tensor2D, (state as { weight: tf.Tensor2D }).weight),
      }));
    const name = kind === 'input' ? input : output;
    expect(file).toThrow(`An ${kind} of an exported function cannot be called '${name}'`);
  });
});
