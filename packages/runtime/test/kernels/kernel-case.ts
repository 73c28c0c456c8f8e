import type * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { Operand, TensorFunction } from '../run-compiled';

/** One call of a kernel: operands, and the function that calls it with attributes filled in. */
export interface Sample {
  readonly operands: readonly Operand[];
  readonly fn: TensorFunction;
  /** What tfjs-cpu should run instead, for kernels that it lacks. */
  readonly reference?: TensorFunction;
  /** Positions of the operands to differentiate with respect to. @default the float ones */
  readonly differentiable?: readonly number[];
}

/** How a kernel is tested: at random, against tfjs-cpu. */
export interface KernelCase {
  readonly kernel: string;
  /** What users call: `tf.acos`. */
  readonly call: string;
  readonly samples: fc.Arbitrary<Sample>;
  /** @default whether tfjs registers one */
  readonly hasGradient?: boolean;
  /** Largest relative difference. @default 1e-5: some fifty roundings of float32 */
  readonly relative?: number;
  /** Largest absolute difference. @default 1e-5 */
  readonly absolute?: number;
}

/** Makes samples of a function of these operands. */
export function samples(
  operands: fc.Arbitrary<readonly Operand[]>,
  fn: TensorFunction,
  more: Omit<Sample, 'operands' | 'fn'> = {},
): fc.Arbitrary<Sample> {
  return operands.map((drawn) => describeSample({ operands: drawn, fn, ...more }));
}

/** Tells fast-check to print a sample by its shapes and types. */
export function describeSample(sample: Sample, attributes?: unknown): Sample {
  const shapes = sample.operands.map(({ dtype, shape }) => `${dtype} [${shape}]`).join(', ');
  const text = attributes === undefined ? shapes : `${shapes} ${JSON.stringify(attributes)}`;
  return Object.defineProperty(sample, fc.toStringMethod, { value: () => text });
}

/** A cast for functions whose tfjs type names a rank. */
export type Any = tf.Tensor<never>;
