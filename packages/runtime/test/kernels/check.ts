import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import {
  floats,
  type Operand,
  type Result,
  type RunFunction,
  runCompiled,
  runEager,
  type TensorFunction,
} from '../run-compiled';
import type { KernelCase, Sample } from './kernel-case';

/** Compares a compiled sample, and its gradients if tfjs has any, with tfjs-cpu. */
export async function checkSample(
  kernelCase: KernelCase,
  sample: Sample,
  run: RunFunction = runCompiled,
): Promise<void> {
  const { relative = 1e-5, absolute = 1e-5 } = kernelCase;
  const { operands, fn, reference = fn } = sample;
  const closeness = { relative, absolute };
  const expected = runEager(reference, operands);
  const differentiable = differentiableOperands(kernelCase, sample, expected);
  const weights = expected.map(({ shape, values }) => floats(shape, drawWeights(values.length)));
  const all = [...operands, ...(differentiable.length > 0 ? weights : [])];
  const withGradients = (forward: TensorFunction): TensorFunction =>
    differentiable.length === 0 ? forward : valuesAndGradients(forward, operands.length, differentiable);
  const received = await run(withGradients(fn), all);
  const values = received.slice(0, expected.length);
  expectSame(values, expected, closeness);
  if (differentiable.length === 0) return;
  const gradients = runEager(withGradients(reference), all).slice(expected.length);
  expectSame(received.slice(expected.length), gradients, closeness);
}

function expectSame(received: readonly Result[], expected: readonly Result[], closeness: object): void {
  const kind = ({ shape, dtype }: Result) => `${dtype} [${shape}]`;
  expect(received.map(kind)).toEqual(expected.map(kind));
  expected.forEach(({ values }, i) => {
    expect(received[i]!.values).toBeAllClose(values, closeness);
  });
}

/** Float operands, if the kernel has a gradient and a float result. */
function differentiableOperands(
  { kernel, hasGradient = tf.getGradient(kernel) !== undefined }: KernelCase,
  sample: Sample,
  results: readonly Result[],
): readonly number[] {
  if (!hasGradient || results.every(({ dtype }) => dtype !== 'float32')) return [];
  return sample.differentiable ?? floatPositions(sample.operands);
}

const floatPositions = (operands: readonly Operand[]) =>
  [...operands.keys()].filter((i) => operands[i]!.dtype === 'float32');

/** Outputs of a function, then the gradients of their weighted sum. The weights follow the operands. */
function valuesAndGradients(
  fn: TensorFunction,
  count: number,
  differentiable: readonly number[],
): TensorFunction {
  return (...tensors) => {
    const [operands, weights] = [tensors.slice(0, count), tensors.slice(count)];
    const loss = (...xs: tf.Tensor[]) => {
      const filled = [...operands];
      differentiable.forEach((position, i) => {
        filled[position] = xs[i]!;
      });
      const terms = [fn(...filled)].flat().map((y, i) => tf.sum(tf.mul(tf.cast(y, 'float32'), weights[i]!)));
      return tf.addN(terms) as tf.Scalar;
    };
    return [...[fn(...operands)].flat(), ...tf.grads(loss)(differentiable.map((i) => operands[i]!))];
  };
}

/** Different numbers for all elements, of both signs. */
const drawWeights = (size: number) => Array.from({ length: size }, (_, i) => Math.sin(i + 1));
