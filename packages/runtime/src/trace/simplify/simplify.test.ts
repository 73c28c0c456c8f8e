import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { floats, runCompiled, runEager, type TensorFunction } from '../../../test/run-compiled';
import { sizeOf } from '../../tree';
import { trace } from '../trace';

/** A function of operands of these shapes, and the kernels that are left of it. */
interface Simplification {
  readonly what: string;
  readonly shapes: readonly (readonly number[])[];
  readonly fn: TensorFunction;
  readonly kernels: readonly string[];
}

const vector = [6];
const matrix = [2, 3];

/** What moves nothing, or only computes with constants. */
const nothings: Simplification[] = [
  { what: 'a clone', shapes: [matrix], fn: (x) => tf.clone(x!), kernels: [] },
  { what: 'a cast to the same type', shapes: [matrix], fn: (x) => tf.cast(x!, 'float32'), kernels: [] },
  {
    what: 'a reshape and back',
    shapes: [matrix],
    fn: (x) => tf.reshape(tf.reshape(x!, [6]), [2, 3]),
    kernels: [],
  },
  {
    what: 'two reshapes',
    shapes: [matrix],
    fn: (x) => tf.reshape(tf.reshape(x!, [3, 2]), [6]),
    kernels: ['Reshape'],
  },
  { what: 'a transpose and back', shapes: [matrix], fn: (x) => tf.transpose(tf.transpose(x!)), kernels: [] },
  {
    what: 'a transpose of axes of length 1',
    shapes: [[2, 1, 3]],
    fn: (x) => tf.transpose(x!, [1, 0, 2]),
    kernels: ['Reshape'],
  },
  { what: 'a whole slice', shapes: [matrix], fn: (x) => tf.slice(x!, [0, 0], [2, -1]), kernels: [] },
  {
    what: 'the parts of a split, joined',
    shapes: [vector],
    fn: (x) => tf.concat(tf.split(x!, 3)),
    kernels: [],
  },
  { what: 'a join of one', shapes: [vector], fn: (x) => tf.concat([x!]), kernels: [] },
  { what: 'a join with nothing', shapes: [matrix, [0, 3]], fn: (x, y) => tf.concat([x!, y!]), kernels: [] },
  { what: 'a tile of one', shapes: [matrix], fn: (x) => tf.tile(x!, [1, 1]), kernels: [] },
  {
    what: 'padding by nothing',
    shapes: [matrix],
    fn: (x) =>
      tf.pad(x!, [
        [0, 0],
        [0, 0],
      ]),
    kernels: [],
  },
  { what: 'adding 0', shapes: [matrix], fn: (x) => tf.sub(tf.add(0, tf.add(x!, 0)), 0), kernels: [] },
  { what: 'multiplying by 1', shapes: [matrix], fn: (x) => tf.div(tf.mul(1, tf.mul(x!, 1)), 1), kernels: [] },
  { what: 'multiplying by 0', shapes: [matrix], fn: (x) => tf.mul(tf.exp(x!), 0), kernels: [] },
  { what: 'the power of 1', shapes: [matrix], fn: (x) => tf.pow(x!, 1), kernels: [] },
  { what: 'the power of 2', shapes: [matrix], fn: (x) => tf.pow(x!, 2), kernels: ['Square'] },
  { what: 'rounding integers', shapes: [], fn: () => tf.round(tf.tensor1d([1, 2], 'int32')), kernels: [] },
  {
    what: 'arithmetic of constants',
    shapes: [matrix],
    fn: (x) => tf.mul(x!, tf.sub(tf.scalar(1), tf.div(1, 4))),
    kernels: ['Multiply'],
  },
  {
    what: 'a sum along axes of length 1',
    shapes: [[2, 1, 3]],
    fn: (x) => tf.sum(x!, 1),
    kernels: ['Reshape'],
  },
  { what: 'a mean of equal numbers', shapes: [], fn: () => tf.mean(tf.fill([3, 2], 7)), kernels: [] },
];

/** What one kernel can do at once. */
const joins: Simplification[] = [
  {
    what: 'a product with a row',
    shapes: [matrix, [3, 2], [2]],
    fn: (a, b, c) => tf.add(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), c!),
    kernels: ['_FusedMatMul'],
  },
  {
    what: 'a product of a transpose',
    shapes: [matrix, matrix],
    fn: (a, b) => tf.matMul(a as tf.Tensor2D, tf.transpose(b as tf.Tensor2D)),
    kernels: ['BatchMatMul'],
  },
  {
    what: 'a product of one matrix each',
    shapes: [
      [1, 2, 3],
      [1, 3, 2],
    ],
    fn: (a, b) => tf.reshape(tf.matMul(a!, b!), [2, 2]),
    kernels: ['Reshape', 'Reshape', 'BatchMatMul'],
  },
  { what: 'a log-softmax', shapes: [matrix], fn: (x) => tf.logSoftmax(x!), kernels: ['LogSoftmax'] },
  {
    what: 'a step',
    shapes: [matrix],
    fn: (x) => tf.mul(x!, tf.step(x!)),
    kernels: ['$unitStep', 'Multiply'],
  },
  {
    what: 'casts of yes and no',
    shapes: [matrix],
    fn: (x) => tf.cast(tf.cast(tf.greater(x!, 0), 'int32'), 'float32'),
    kernels: ['Greater', 'Cast'],
  },
];

/** What is repeated is computed small. */
const repeats: Simplification[] = [
  {
    what: 'an operand repeated by hand',
    shapes: [matrix, [3]],
    fn: (a, b) => tf.add(a!, tf.broadcastTo(b!, [2, 3])),
    kernels: ['Add'],
  },
  {
    what: 'both branches of a choice',
    shapes: [matrix, [3]],
    fn: (a, b) => tf.where(tf.greater(a!, 0), b!, -1),
    kernels: ['Greater', 'Select'],
  },
  {
    what: 'a result that repeats',
    shapes: [[1, 3]],
    fn: (x) => tf.exp(tf.tile(x!, [4, 1])),
    kernels: ['Exp', 'BroadcastTo'],
  },
  {
    what: 'the gradient of a mean square',
    shapes: [matrix],
    fn: (x) => tf.grad((x: tf.Tensor) => tf.mean(tf.square(x)))(x!),
    kernels: ['Multiply', 'Multiply'],
  },
  {
    what: 'the gradient of a sum',
    shapes: [matrix],
    fn: (x) => tf.grad((x: tf.Tensor) => tf.sum(x))(x!),
    kernels: [],
  },
];

const operandsOf = (shapes: Simplification['shapes']) =>
  shapes.map((shape) =>
    floats(
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + 1)),
    ),
  );

describe.each([
  ['moves nothing', nothings],
  ['one kernel can do', joins],
  ['is repeated', repeats],
])('what %s', (_, simplifications) => {
  it.each(simplifications)('is simplified: $what', async ({ shapes, fn, kernels }) => {
    const graph = trace((tracer) => {
      const inputs = shapes.map((shape, i) => tracer.input(String(i), { shape, dtype: 'float32' }));
      return { y: fn(...inputs) as tf.Tensor };
    });
    const computed = graph.nodes
      .map(({ kernel }) => kernel)
      .filter((name) => !['$input', '$constant'].includes(name));
    expect(computed).toEqual(kernels);
    const operands = operandsOf(shapes);
    const [compiled] = await runCompiled(fn, operands);
    const [eager] = runEager(fn, operands);
    expect(compiled!.shape).toEqual(eager!.shape);
    // Some ten roundings of float32.
    expect(compiled!.values).toBeAllClose(eager!.values, { relative: 1e-6, absolute: 1e-6 });
  });
});
