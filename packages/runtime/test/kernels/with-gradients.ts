import * as tf from '@tensorflow/tfjs-core';
import { floats, type Operand, type Result, runEager, type TensorFunction } from '../run-compiled';
import type { KernelCase, Sample } from './kernel-case';

/** A sample whose function also returns its gradients, if tfjs has any. */
export interface DifferentiatedSample {
  /** Those of the sample, then the weights of the sum that is differentiated. */
  readonly operands: readonly Operand[];
  /** Returns what the sample's returns, then the gradients. */
  readonly fn: TensorFunction;
  /** The same, as tfjs can run it. */
  readonly reference: TensorFunction;
  /** What tfjs-cpu says that the sample's function returns. */
  readonly values: readonly Result[];
  readonly hasGradients: boolean;
}

/** Adds gradients to a sample: those of a weighted sum of its results. */
export function withGradients(kernelCase: KernelCase, sample: Sample): DifferentiatedSample {
  const { operands, fn, reference = fn } = sample;
  const values = runEager(reference, operands);
  const differentiable = differentiableOperands(kernelCase, sample, values);
  if (differentiable.length === 0) return { operands, fn, reference, values, hasGradients: false };
  const weights = values.map((result) => floats(result.shape, drawWeights(result.values.length)));
  return {
    operands: [...operands, ...weights],
    fn: valuesAndGradients(fn, operands.length, differentiable),
    reference: valuesAndGradients(reference, operands.length, differentiable),
    values,
    hasGradients: true,
  };
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
