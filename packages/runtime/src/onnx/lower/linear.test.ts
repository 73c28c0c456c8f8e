import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatsOf } from '../../../test/kernels/draw';
import { runCompiled, runEager, type TensorFunction } from '../../../test/run-compiled';
import { openDevice } from '../../devices/open-device';

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

describe('the digits of a compiled sum', () => {
  const shapes = [
    { kind: 'a product wider than high', a: [100, 256], b: [256, 256], transposeA: false },
    { kind: 'a product of few columns', a: [576, 128], b: [576, 16], transposeA: true },
    { kind: 'a product of two rows', a: [2, 512], b: [512, 128], transposeA: false },
    { kind: 'a wide weight gradient', a: [900, 128], b: [900, 384], transposeA: true },
  ];
  const sum = async (threads: number, inputs: Record<string, number[]>, fn: Step, runs = 1) => {
    const device = await openDevice('cpu', { threads });
    const executable = await device.compile({
      state: {},
      inputs,
      variants: { step: (_, given) => ({ outputs: { y: fn(given) } }) },
    });
    for (const [name, values] of Object.entries(executable.inputs)) {
      // Places from 0 to 9, and numbers without a pattern.
      const draw = (i: number) => (name === 'places' ? i % 10 : Math.sin(i * 12.9898) * 43.7);
      values.set(values.map((_, i) => draw(i)));
    }
    const results: number[][] = [];
    for (let run = 0; run < runs; run++) {
      await executable.run('step');
      results.push([...executable.outputs.step.y!]);
    }
    await executable.dispose();
    return results;
  };
  type Step = (given: Readonly<Record<string, tf.Tensor>>) => tf.Tensor;

  it.each(shapes)('of $kind are the same on one to four threads', async ({ a, b, transposeA }) => {
    const product: Step = ({ a, b }) => tf.matMul(a!, b!, transposeA);
    const [expected] = await sum(1, { a, b }, product);
    for (const threads of [2, 3, 4]) expect(await sum(threads, { a, b }, product)).toEqual([expected]);
  });

  it.each([10, 3000])('of rows added to a table of %i are the same in every run', async (size) => {
    const scatter: Step = ({ updates, places }) =>
      tf.unsortedSegmentSum(updates!, tf.cast(places!, 'int32') as tf.Tensor1D, size);
    const inputs = { updates: [2048, 64], places: [2048] };
    const [expected] = await sum(1, inputs, scatter);
    for (const result of await sum(2, inputs, scatter, 10)) expect(result).toEqual(expected);
  });
});
