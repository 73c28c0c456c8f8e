import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { Operand } from '../run-compiled';
import { anyAxes, anyAxis, anyShape, boolsOf, floatsOf, intsOf, type Numbers } from './draw';
import { describeSample, type KernelCase, type Sample } from './kernel-case';

type Axes = number | number[] | undefined;
type Draw = (shape: readonly number[]) => fc.Arbitrary<Operand>;

/** Samples of a function along an axis, or several. */
function along<Attributes>(
  draws: readonly Draw[],
  shapes: fc.Arbitrary<number[]>,
  attributesOf: (shape: number[]) => fc.Arbitrary<Attributes>,
  fn: (x: tf.Tensor, attributes: Attributes) => tf.Tensor | tf.Tensor[],
  more: Partial<Sample> = {},
): fc.Arbitrary<Sample> {
  return fc
    .tuple(shapes, fc.constantFrom(...draws))
    .chain(([shape, draw]) => fc.tuple(draw(shape), attributesOf(shape)))
    .map(([x, attributes]) =>
      describeSample({ operands: [x], fn: (x) => fn(x!, attributes), ...more }, attributes),
    );
}

const axes = (shape: number[]) => fc.record({ axis: anyAxes(shape.length), keepDims: fc.boolean() });

const oneAxis = (shape: number[]) => anyAxis(shape.length);

const floats = (numbers?: Numbers) => (shape: readonly number[]) => floatsOf(shape, numbers);

/** Integers whose product does not overflow. */
const signs: Draw = (shape) => intsOf(shape, [-1, 1]);

/** A reduction of any axes. */
function reduction(
  name: 'Sum' | 'Mean' | 'Prod' | 'Max' | 'Min' | 'All' | 'Any',
  fn: (x: tf.Tensor, axis?: Axes, keepDims?: boolean) => tf.Tensor,
  draws: readonly Draw[],
  minLength = 0,
): KernelCase {
  return {
    kernel: name,
    call: `tf.${name.toLowerCase()}`,
    samples: along(draws, anyShape({ minLength }), axes, (x, a) => fn(x, a.axis, a.keepDims)),
  };
}

/** Reductions. What is left of no elements has no agreed value for the extremes, so those get some. */
const reductions: KernelCase[] = [
  reduction('Sum', tf.sum, [floats(), intsOf, boolsOf]),
  reduction('Mean', tf.mean, [floats(), intsOf, boolsOf]),
  reduction('Prod', tf.prod, [floats({ between: [-1.5, 1.5] }), signs, boolsOf]),
  // Where elements tie, tfjs gives each of them the whole gradient, and so do we.
  reduction('Max', tf.max, [floats(), floats({ special: [3, 3] }), intsOf, boolsOf], 1),
  reduction('Min', tf.min, [floats(), floats({ special: [-3, -3] }), intsOf, boolsOf], 1),
  reduction('All', tf.all, [boolsOf], 1),
  reduction('Any', tf.any, [boolsOf], 1),
];

const filled = { minRank: 1, minLength: 1 } as const;
/** Ties are common. */
const ties = floats({ special: [1, 2] });

const positions: KernelCase[] = [
  {
    kernel: 'ArgMax',
    call: 'tf.argMax',
    samples: along([ties, intsOf], anyShape(filled), oneAxis, (x, axis) => tf.argMax(x, axis)),
  },
  {
    kernel: 'ArgMin',
    call: 'tf.argMin',
    samples: along([ties, intsOf], anyShape(filled), oneAxis, (x, axis) => tf.argMin(x, axis)),
  },
  {
    kernel: 'TopK',
    call: 'tf.topk',
    samples: along(
      [ties, intsOf],
      anyShape(filled),
      (shape) => fc.nat({ max: shape.at(-1)! }),
      (x, k) => {
        const { values, indices } = tf.topk(x, k);
        return [values, indices];
      },
    ),
  },
];

/** tfjs-cpu counts the axis from the front only. */
const running = (shape: number[]) =>
  fc.record({
    axis: fc.nat({ max: shape.length - 1 }),
    exclusive: fc.boolean(),
    reverse: fc.boolean(),
  });

const runningKernels: KernelCase[] = [
  {
    kernel: 'Cumsum',
    call: 'tf.cumsum',
    samples: along([floats(), intsOf, boolsOf], anyShape({ minRank: 1 }), running, (x, a) =>
      tf.cumsum(x, a.axis, a.exclusive, a.reverse),
    ),
  },
  {
    kernel: 'Cumprod',
    call: 'tf.cumprod',
    samples: along(
      [floats({ between: [-2, 2] }), signs, boolsOf],
      anyShape({ minRank: 1 }),
      running,
      (x, a) => tf.cumprod(x, a.axis, a.exclusive, a.reverse),
    ),
  },
];

const nothing = () => fc.constant(undefined);
const wide = floats({ between: [-30, 30] });

const softmaxes: KernelCase[] = [
  {
    kernel: 'Softmax',
    call: 'tf.softmax',
    samples: along([floats(), wide], anyShape({ minRank: 1 }), nothing, (x) => tf.softmax(x)),
  },
  {
    kernel: 'LogSoftmax',
    call: 'tf.logSoftmax',
    samples: along(
      [floats(), wide],
      anyShape({ minRank: 1, minLength: 1 }),
      nothing,
      (x) => tf.engine().runKernel('LogSoftmax', { logits: x }, { axis: x.rank - 1 }) as tf.Tensor,
      { reference: (x) => tf.logSoftmax(x!) },
    ),
  },
];

/** Cases of the kernels that compute along axes. */
export const reductionCases: readonly KernelCase[] = [
  ...reductions,
  ...positions,
  ...runningKernels,
  ...softmaxes,
];
