import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { sizeOf } from '../../src/tree';
import type { Operand, TensorFunction } from '../run-compiled';
import { anyAxes, anyAxis, anyShape, boolsOf, broadcastShapes, floatsOf, intsOf } from './draw';
import { describeSample, type KernelCase, type Sample } from './kernel-case';

/** An operand of any type. */
const anyOf = (shape: readonly number[]): fc.Arbitrary<Operand> =>
  fc.oneof({ weight: 4, arbitrary: floatsOf(shape) }, intsOf(shape), boolsOf(shape));

/** Samples of a function of one operand whose attributes depend on its shape. */
function arranged<Attributes>(
  shapes: fc.Arbitrary<number[]>,
  attributesOf: (shape: number[]) => fc.Arbitrary<Attributes>,
  fn: (x: tf.Tensor, attributes: Attributes) => tf.Tensor | tf.Tensor[],
  more: Partial<Sample> = {},
): fc.Arbitrary<Sample> {
  return shapes
    .chain((shape) => fc.tuple(anyOf(shape), attributesOf(shape)))
    .map(([x, attributes]) => {
      const call: TensorFunction = (x) => fn(x!, attributes);
      return describeSample({ operands: [x], fn: call, ...more }, attributes);
    });
}

/** Several operands of one type and of these shapes. */
const several = (shapes: readonly (readonly number[])[]): fc.Arbitrary<Operand[]> =>
  fc
    .constantFrom(floatsOf, floatsOf, intsOf, boolsOf)
    .chain((draw) => fc.tuple(...shapes.map((shape) => draw(shape))));

const vectors = { minRank: 1 };

/** Another shape of the same size, perhaps with one length left open. */
const otherShape = (shape: number[]): fc.Arbitrary<number[]> => {
  const size = sizeOf(shape);
  const pairs = [...Array(size + 1).keys()].filter((d) => d > 0 && size % d === 0);
  return fc.oneof(
    fc.constant<number[]>([size]),
    fc.constant<number[]>([1, ...shape]),
    ...(size === 0 ? [] : [fc.constantFrom(...pairs).map((d): number[] => [d, -1])]),
  );
};

/** A box inside a tensor; lengths of −1 go to the end. */
const box = (shape: number[]): fc.Arbitrary<[begin: number[], size: number[]]> =>
  fc
    .tuple(
      ...shape.map((length) =>
        fc
          .tuple(fc.nat({ max: length }), fc.nat({ max: length }), fc.boolean())
          .map(([a, b, open]) => [Math.min(a, b), open ? -1 : Math.abs(a - b)]),
      ),
    )
    .map((pairs) => [pairs.map(([begin]) => begin!), pairs.map(([, size]) => size!)]);

const bits = (rank: number) => fc.nat({ max: 2 ** rank - 1 });

/** Starts, ends and steps of either sign, and masks. */
const strides = (shape: number[]) =>
  fc
    .record({
      begin: fc.tuple(...shape.map((length) => fc.integer({ min: -length - 1, max: length + 1 }))),
      end: fc.tuple(...shape.map((length) => fc.integer({ min: -length - 1, max: length + 1 }))),
      strides: fc.tuple(...shape.map(() => fc.constantFrom(1, 1, 2, -1, -2))),
      beginMask: bits(shape.length),
      endMask: bits(shape.length),
      newAxisMask: fc.constantFrom(0, 0, 1),
    })
    .filter(({ begin, end, strides, beginMask, endMask, newAxisMask }) => {
      // tfjs-cpu refuses boxes that end before they begin, unless a stride is not 1.
      const box = tf.slice_util.sliceInfo(shape, begin, end, strides, beginMask, endMask, 0, newAxisMask, 0);
      return !box.isSimpleSlice || box.begin.every((first, axis) => first <= box.end[axis]!);
    });

const paddings = (shape: number[], most: (length: number) => number) =>
  fc.tuple(
    ...shape.map((length) =>
      fc.tuple(fc.nat({ max: most(length) }), fc.nat({ max: most(length) })).map(([a, b]) => [a, b]),
    ),
  ) as fc.Arbitrary<[number, number][]>;

/** Shapes that differ along one axis only. */
const joinable = anyShape(vectors).chain((shape) =>
  fc
    .tuple(anyAxis(shape.length), fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }))
    .map(([axis, lengths]) => ({ axis, shapes: lengths.map((length) => shape.with(axis, length)) })),
);

/** Kernels that change shapes only. */
const reshaping: KernelCase[] = [
  {
    kernel: 'Reshape',
    call: 'tf.reshape',
    samples: arranged(anyShape(), otherShape, (x, shape) => tf.reshape(x, shape)),
  },
  {
    kernel: 'ExpandDims',
    call: 'tf.expandDims',
    samples: arranged(
      anyShape({ maxRank: 4 }),
      (shape) => anyAxis(shape.length + 1),
      (x, axis) => tf.expandDims(x, axis),
    ),
  },
  {
    kernel: 'Transpose',
    call: 'tf.transpose',
    samples: arranged(
      anyShape(),
      (shape) => fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      (x, perm) => tf.transpose(x, perm),
    ),
  },
];

/** Kernels that join and cut. */
const cutting: KernelCase[] = [
  {
    kernel: 'Concat',
    call: 'tf.concat',
    samples: joinable.chain(({ axis, shapes }) =>
      several(shapes).map((operands) =>
        describeSample({ operands, fn: (...xs) => tf.concat(xs, axis) }, axis),
      ),
    ),
  },
  {
    kernel: 'Pack',
    call: 'tf.stack',
    samples: fc
      .tuple(anyShape({ maxRank: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([shape, count]) =>
        fc.tuple(several(Array<number[]>(count).fill(shape)), anyAxis(shape.length + 1)),
      )
      .map(([operands, axis]) => describeSample({ operands, fn: (...xs) => tf.stack(xs, axis) }, axis)),
  },
  {
    kernel: 'Unpack',
    call: 'tf.unstack',
    samples: arranged(
      anyShape({ minRank: 1, minLength: 1 }),
      (shape) => anyAxis(shape.length),
      (x, axis) => tf.unstack(x, axis),
    ),
  },
  {
    kernel: 'SplitV',
    call: 'tf.split',
    samples: joinable.chain(({ axis, shapes }) => {
      const sizes = shapes.map((shape) => shape.at(axis)!);
      const whole = shapes[0]!.with(
        axis,
        sizes.reduce((sum, size) => sum + size),
      );
      return arranged(
        fc.constant(whole),
        // tfjs miscounts if the first length is the open one.
        () =>
          fc.constantFrom<number | number[]>(
            sizes,
            [...sizes.slice(0, -1), sizes.length > 1 ? -1 : sizes[0]!],
            1,
          ),
        // tfjs fills the −1 in.
        (x, wanted) => tf.split(x, typeof wanted === 'number' ? wanted : [...wanted], axis),
      );
    }),
  },
  {
    kernel: 'Slice',
    call: 'tf.slice',
    samples: arranged(anyShape(vectors), box, (x, [begin, size]) => tf.slice(x, begin, size)),
  },
  {
    kernel: 'StridedSlice',
    call: 'tf.stridedSlice',
    samples: arranged(anyShape(vectors), strides, (x, a) =>
      tf.stridedSlice(x, a.begin, a.end, a.strides, a.beginMask, a.endMask, 0, a.newAxisMask),
    ),
  },
  {
    kernel: 'Reverse',
    call: 'tf.reverse',
    samples: arranged(
      anyShape(),
      (shape) => anyAxes(shape.length),
      (x, axes) => tf.reverse(x, axes),
    ),
  },
];

const broadcastTo: TensorFunction = (x, like) =>
  tf
    .engine()
    .runKernel(
      'BroadcastTo',
      { x: x! },
      { shape: like!.shape, inputShape: [...Array(like!.rank - x!.rank).fill(1), ...x!.shape] },
    ) as tf.Tensor;

/** Kernels that repeat and surround. */
const repeating: KernelCase[] = [
  {
    kernel: 'BroadcastTo',
    // tf.broadcastTo calls Tile, which is then simplified to this.
    call: 'tf.broadcastTo',
    samples: broadcastShapes(2)
      .map(([a, b]) => [a!, tf.broadcast_util.assertAndGetBroadcastShape(a!, b!)] as const)
      .chain(([small, whole]) => fc.tuple(floatsOf(small), floatsOf(whole)))
      .map((operands) =>
        describeSample({
          operands,
          fn: broadcastTo,
          reference: (x, like) => tf.broadcastTo(x!, like!.shape as never),
          differentiable: [],
        }),
      ),
  },
  {
    kernel: 'Tile',
    call: 'tf.tile',
    samples: arranged(
      anyShape(vectors),
      (shape) => fc.tuple(...shape.map(() => fc.constantFrom(1, 1, 2, 3))),
      (x, reps) => tf.tile(x, reps),
    ),
  },
  {
    kernel: 'PadV2',
    call: 'tf.pad',
    samples: arranged(
      anyShape(vectors),
      (shape) => fc.record({ edges: paddings(shape, () => 2), value: fc.constantFrom(0, 1) }),
      (x, { edges, value }) => tf.pad(x, edges, value),
    ),
  },
  {
    kernel: 'MirrorPad',
    call: 'tf.mirrorPad',
    samples: fc.constantFrom('reflect', 'symmetric').chain((mode) =>
      arranged(
        anyShape({ minRank: 1, maxRank: 4, minLength: 1 }),
        (shape) => paddings(shape, (length) => (mode === 'reflect' ? length - 1 : length)),
        (x, edges) => tf.mirrorPad(x, edges, mode as 'reflect' | 'symmetric'),
      ),
    ),
  },
  {
    kernel: 'Diag',
    call: 'tf.diag',
    samples: arranged(
      anyShape({ maxRank: 2 }),
      () => fc.constant(undefined),
      (x) => tf.diag(x),
    ),
  },
];

/** Cases of the kernels that move elements. */
export const arrangementCases: readonly KernelCase[] = [...reshaping, ...cutting, ...repeating];
