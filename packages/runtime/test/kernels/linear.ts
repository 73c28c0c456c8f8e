import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { broadcastShapes, floatsOf, intsOf } from './draw';
import { describeSample, type KernelCase } from './kernel-case';

const length = fc.integer({ min: 1, max: 4 });

/** Shapes of two operands that can be multiplied: batches broadcast, either matrix may lie on its side. */
const factors = fc
  .record({
    batches: broadcastShapes(2).map((shapes) => shapes.map((shape) => shape.slice(0, 3))),
    rows: fc.nat({ max: 4 }),
    inner: fc.nat({ max: 4 }),
    columns: length,
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .filter(({ batches }) => canBroadcast(batches[0]!, batches[1]!))
  // tfjs-cpu, which is the reference, cannot repeat a matrix no times.
  .filter(({ batches: [a, b] }) => a!.join() === b!.join() || ![...a!, ...b!].includes(0))
  .map(({ batches, rows, inner, columns, transposeA, transposeB }) => ({
    a: [...batches[0]!, ...(transposeA ? [inner, rows] : [rows, inner])],
    b: [...batches[1]!, ...(transposeB ? [columns, inner] : [inner, columns])],
    columns,
    transposeA,
    transposeB,
  }));

function canBroadcast(a: number[], b: number[]): boolean {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => [a.at(-1 - i) ?? 1, b.at(-1 - i) ?? 1]).every(
    ([x, y]) => x === y || x === 1 || y === 1,
  );
}

/** A stack of matrices, repeated for each matrix of another stack. */
function inBatchesOf(x: tf.Tensor, other: tf.Tensor): tf.Tensor {
  const batches = tf.broadcast_util.assertAndGetBroadcastShape(
    x.shape.slice(0, -2),
    other.shape.slice(0, -2),
  );
  return tf.broadcastTo(x, [...batches, ...x.shape.slice(-2)] as never);
}

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'prelu', 'leakyrelu'] as const;

const products: KernelCase[] = [
  {
    kernel: 'BatchMatMul',
    call: 'tf.matMul',
    samples: fc
      .tuple(factors, fc.constantFrom(floatsOf, floatsOf, intsOf))
      .chain(([{ a, b, transposeA, transposeB }, draw]) =>
        fc.tuple(draw(a), draw(b)).map((operands) =>
          describeSample(
            {
              operands,
              fn: (a, b) => tf.matMul(a!, b!, transposeA, transposeB),
              // tfjs-cpu repeats batches wrongly unless it is the first axes that are repeated.
              reference: (a, b) =>
                tf.matMul(inBatchesOf(a!, b!), inBatchesOf(b!, a!), transposeA, transposeB),
            },
            { transposeA, transposeB },
          ),
        ),
      ),
  },
  {
    kernel: '_FusedMatMul',
    call: 'tf.fused.matMul',
    // It is part of the function.
    hasGradient: true,
    samples: fc
      .tuple(
        // tfjs cannot add its gradient up over repeated matrices.
        factors.filter(({ a, b }) => a.slice(0, -2).join() === b.slice(0, -2).join()),
        fc.constantFrom(...ACTIVATIONS),
        fc.constantFrom('none', 'row', 'scalar'),
      )
      .chain(([{ a, b, columns, transposeA, transposeB }, activation, bias]) => {
        const shapes = [a, b, [columns], bias === 'scalar' ? [] : [columns]];
        return fc.tuple(...shapes.map((shape) => floatsOf(shape))).map((operands) =>
          describeSample(
            {
              operands,
              fn: (a, b, alpha, row) =>
                tf.fused.matMul({
                  a: a!,
                  b: b!,
                  transposeA,
                  transposeB,
                  activation,
                  preluActivationWeights: alpha!,
                  leakyreluAlpha: 0.3,
                  ...(bias === 'none' ? {} : { bias: row! }),
                }),
              differentiable: [0, 1, ...(activation === 'prelu' ? [2] : []), ...(bias === 'none' ? [] : [3])],
            },
            { transposeA, transposeB, activation, bias },
          ),
        );
      }),
  },
];

const EQUATIONS = [
  'ij,jk->ik',
  'bij,bjk->bik',
  'bij, bkj -> bik',
  'bthd,bshd->bhts',
  'ij->ji',
  'ij->',
  'ij,ij->i',
  'i,j->ij',
  'ij,j->i',
];

const einsums: KernelCase = {
  kernel: 'Einsum',
  call: 'tf.einsum',
  samples: fc
    .tuple(
      fc.constantFrom(...EQUATIONS),
      fc.dictionary(fc.constantFrom(...'bijkthds'), length),
      fc.constantFrom(floatsOf, floatsOf, intsOf),
    )
    .chain(([equation, lengths, draw]) => {
      const terms = equation.split('->')[0]!.split(',');
      const shapes = terms.map((term) => [...term.trim()].map((letter) => lengths[letter] ?? 2));
      return fc
        .tuple(...shapes.map((shape) => draw(shape)))
        .map((operands) => describeSample({ operands, fn: (...xs) => tf.einsum(equation, ...xs) }, equation));
    }),
};

/** Cases of the matrix products. */
export const linearCases: readonly KernelCase[] = [...products, einsums];
