import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatsOf } from '../../../test/kernels/draw';
import { runCompiled, runEager, type TensorFunction } from '../../../test/run-compiled';

/** Widths around those at which a weight gradient is computed another way. */
const layers: readonly { kind: string; inputs: number; outputs: number }[] = [
  { kind: 'narrow', inputs: 20, outputs: 30 },
  { kind: 'thin', inputs: 64, outputs: 16 },
  { kind: 'widening', inputs: 40, outputs: 257 },
  { kind: 'wide and square', inputs: 260, outputs: 260 },
  { kind: 'wide and narrowing', inputs: 300, outputs: 257 },
];

describe('the weight gradient of a layer', () => {
  it.each(layers)('that is $kind equals tfjs-cpu', async ({ inputs, outputs }) => {
    const rows = 5;
    const draw = (shape: number[]) => fc.sample(floatsOf(shape), { seed: 1, numRuns: 1 })[0]!;
    const gradient: TensorFunction = (x, dy) => tf.matMul(x!, dy!, true);
    const operands = [draw([rows, inputs]), draw([rows, outputs])];
    const [expected] = runEager(gradient, operands);
    const [received] = await runCompiled(gradient, operands);
    expect(received!.shape).toEqual([inputs, outputs]);
    // Sums of five float32 products below 9.
    expect(received!.values).toBeAllClose(expected!.values, { relative: 1e-5, absolute: 1e-5 });
  });
});
