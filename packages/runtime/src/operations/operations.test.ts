import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  floats,
  type Operand,
  type Result,
  runCompiled,
  runEager,
  type TensorFunction,
} from '../../test/run-compiled';
import { sizeOf } from '../tree';
import { attention } from './attention';
import { gelu } from './gelu';
import { layerNorm } from './layer-norm';
import { selfAttention } from './self-attention';
import { softValues } from './soft-values';
import { softmaxCrossEntropy } from './softmax-cross-entropy';

/** An operation, and the same in plain tfjs with tfjs's own gradients. */
interface OperationCase {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** How many operands have a gradient; they come first. */
  readonly differentiable: number;
  readonly fn: TensorFunction;
  readonly plain: TensorFunction;
}

/** Numbers of both signs, none of which repeats soon. */
const wave = (shape: readonly number[], phase = 0, size = 2) =>
  floats(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => size * Math.sin(1.7 * i + phase)),
  );

const DROPOUT = floats(
  [2, 3, 4, 4],
  Array.from({ length: 96 }, (_, i) => (i % 5 === 0 ? 0 : 1.25)),
);
const CAUSAL = floats(
  [4, 4],
  Array.from({ length: 16 }, (_, i) => (i % 4 > Math.floor(i / 4) ? -1e9 : 0)),
);
const LABELS = floats([5], [0, 6, 3, 3, 1]);

function plainLayerNorm(epsilon: number): TensorFunction {
  return (x, weight, bias) => {
    const { mean, variance } = tf.moments(x!, -1, true);
    const normalised = tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normalised, weight!), bias!);
  };
}

const plainAttention: TensorFunction = (q, k, v, mask, dropout) => {
  const scores = tf.div(tf.matMul(q!, k!, false, true), Math.sqrt(q!.shape.at(-1)!));
  const probabilities = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
  return tf.matMul(dropout === undefined ? probabilities : tf.mul(probabilities, dropout), v!);
};

const plainCrossEntropy: TensorFunction = (logits, labels, weights = tf.ones([5])) => {
  const chosen = tf.oneHot(tf.cast(labels!, 'int32'), logits!.shape[1]!);
  const losses = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits!), chosen), 1));
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights));
};

const heads = [2, 3, 4, 6] as const;

const cases: readonly OperationCase[] = [
  {
    name: 'gelu with tanh',
    operands: [wave([3, 7], 0, 5)],
    differentiable: 1,
    fn: (x) => gelu(x!, 'tanh'),
    plain: (x) => {
      const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x!, tf.mul(0.044715, tf.pow(x!, 3))));
      return tf.mul(tf.mul(0.5, x!), tf.add(1, tf.tanh(inner)));
    },
  },
  {
    name: 'gelu with erf',
    operands: [wave([2, 3, 5], 0, 5)],
    differentiable: 1,
    fn: (x) => gelu(x!, 'erf'),
    plain: (x) => tf.mul(tf.mul(0.5, x!), tf.add(1, tf.erf(tf.div(x!, Math.SQRT2)))),
  },
  {
    name: 'layerNorm of rows',
    operands: [wave([4, 6]), wave([6], 1), wave([6], 2)],
    differentiable: 3,
    fn: (x, weight, bias) => layerNorm(x!, weight!, bias!),
    plain: plainLayerNorm(1e-5),
  },
  {
    name: 'layerNorm of any rank, with a large epsilon',
    operands: [wave([2, 2, 3, 6]), wave([6], 1), wave([6], 2)],
    differentiable: 3,
    fn: (x, weight, bias) => layerNorm(x!, weight!, bias!, 0.5),
    plain: plainLayerNorm(0.5),
  },
  {
    name: 'layerNorm of two networks',
    operands: [wave([2, 3, 6]), wave([2, 1, 6], 1), wave([2, 1, 6], 2)],
    differentiable: 3,
    fn: (x, weight, bias) => layerNorm(x!, weight!, bias!),
    plain: plainLayerNorm(1e-5),
  },
  {
    name: 'attention',
    operands: [wave(heads), wave(heads, 1), wave(heads, 2)],
    differentiable: 3,
    fn: (q, k, v) => attention(q!, k!, v!),
    plain: plainAttention,
  },
  {
    name: 'attention with a mask',
    operands: [wave(heads), wave(heads, 1), wave(heads, 2), CAUSAL],
    differentiable: 3,
    fn: (q, k, v, mask) => attention(q!, k!, v!, { mask: mask! }),
    plain: plainAttention,
  },
  {
    name: 'attention with mask and dropout',
    operands: [wave(heads), wave(heads, 1), wave(heads, 2), CAUSAL, DROPOUT],
    differentiable: 3,
    fn: (q, k, v, mask, dropout) => attention(q!, k!, v!, { mask: mask!, dropout: dropout! }),
    plain: plainAttention,
  },
  {
    name: 'selfAttention with mask and dropout',
    operands: [wave([2, 4, 54]), CAUSAL, DROPOUT],
    differentiable: 1,
    fn: (qkv, mask, dropout) => selfAttention(qkv!, 3, { mask: mask!, dropout: dropout! }),
    plain: (qkv, mask, dropout) => {
      const byHead = (start: number) =>
        tf.stack(
          [0, 6, 12].map((head) => tf.slice(qkv!, [0, 0, start + head], [2, 4, 6])),
          1,
        );
      const y = plainAttention(byHead(0), byHead(18), byHead(36), mask!, dropout!) as tf.Tensor;
      return tf.concat(tf.unstack(y, 1), 2);
    },
  },
  {
    name: 'softmaxCrossEntropy',
    operands: [wave([5, 7], 0, 40), LABELS],
    differentiable: 1,
    fn: (logits, labels) => softmaxCrossEntropy(logits!, labels!),
    plain: plainCrossEntropy,
  },
  {
    name: 'softmaxCrossEntropy with weights, of integer labels',
    operands: [wave([5, 7]), { ...LABELS, dtype: 'int32' }, floats([5], [1, 0, 2, 0.5, 0])],
    differentiable: 1,
    fn: (logits, labels, weights) => softmaxCrossEntropy(logits!, labels!, weights!),
    plain: plainCrossEntropy,
  },
  {
    name: 'softValues',
    operands: [wave([5, 7], 0, 40), LABELS],
    differentiable: 1,
    fn: (logits, labels) => {
      const { values, chosen, logLikelihoods } = softValues(logits!, labels!);
      return tf.stack([values, chosen, logLikelihoods]);
    },
    plain: (logits, labels) => {
      const isLabel = tf.oneHot(tf.cast(labels!, 'int32') as tf.Tensor1D, 7);
      const [values, chosen] = [tf.logSumExp(logits!, 1), tf.sum(tf.mul(logits!, isLabel), 1)];
      return tf.stack([values, chosen, tf.sub(chosen, values)]);
    },
  },
];

/** The result, then the gradients of its weighted sum. */
function withGradients(fn: TensorFunction, count: number): TensorFunction {
  return (...operands) => {
    const rest = operands.slice(count);
    const loss = (...xs: tf.Tensor[]) => {
      const y = fn(...xs, ...rest) as tf.Tensor;
      const weights = tf.tensor(wave(y.shape, 3).values, y.shape);
      return tf.sum(tf.mul(y, weights)) as tf.Scalar;
    };
    return [fn(...operands) as tf.Tensor, ...tf.grads(loss)(operands.slice(0, count))];
  };
}

/** Passes copies on, so that operands without a gradient, too, are made inside the function that is differentiated. */
const copying =
  (fn: TensorFunction): TensorFunction =>
  (...operands) =>
    fn(...operands.map((x) => tf.add(x, tf.zerosLike(x))));

function expectSame(received: readonly Result[], expected: readonly Result[]): void {
  expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  received.forEach(({ values }, i) => {
    // Some fifty roundings of float32 numbers below 100.
    expect(values).toBeAllClose(expected[i]!.values, { relative: 2e-5, absolute: 2e-5 });
  });
}

describe('an operation with a gradient of its own', () => {
  it.each(cases)(
    '$name equals plain tfjs, value and gradients',
    ({ operands, differentiable, fn, plain }) => {
      const expected = runEager(withGradients(plain, differentiable), operands);
      expectSame(runEager(withGradients(copying(fn), differentiable), operands), expected);
    },
  );

  it.each(cases)(
    '$name equals plain tfjs when it is compiled',
    async ({ operands, differentiable, fn, plain }) => {
      const expected = runEager(withGradients(plain, differentiable), operands);
      expectSame(await runCompiled(withGradients(fn, differentiable), operands), expected);
    },
  );
});
