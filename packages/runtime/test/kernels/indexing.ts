import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { sizeOf } from '../../src/tree';
import type { Operand } from '../run-compiled';
import { anyAxis, anyShape, floatsOf, indicesOf, intsOf } from './draw';
import { describeSample, type KernelCase } from './kernel-case';

const filled = { minRank: 1, minLength: 1 } as const;

const gathers: KernelCase[] = [
  {
    kernel: 'GatherV2',
    call: 'tf.gather',
    samples: anyShape(filled)
      .chain((shape) => fc.tuple(fc.constant(shape), anyAxis(shape.length), anyShape({ maxRank: 2 })))
      .chain(([shape, axis, places]) =>
        fc.tuple(fc.constant(axis), floatsOf(shape), indicesOf(places, shape.at(axis)!)),
      )
      .map(([axis, ...operands]) =>
        describeSample({ operands, fn: (x, i) => tf.gather(x!, i!, axis), differentiable: [0] }, { axis }),
      ),
  },
  {
    kernel: 'GatherV2',
    call: 'tf.gather with batchDims',
    samples: anyShape({ ...filled, minRank: 2 })
      .chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          fc.integer({ min: 1, max: shape.length - 1 }),
          anyShape({ maxRank: 2, minLength: 1 }),
        ),
      )
      .chain(([shape, batchDims, places]) =>
        fc.tuple(
          fc.constant(shape),
          fc.constant(batchDims),
          fc.integer({ min: batchDims, max: shape.length - 1 }),
          fc.constant([...shape.slice(0, batchDims), ...places]),
        ),
      )
      .chain(([shape, batchDims, axis, places]) =>
        fc.tuple(fc.constant({ axis, batchDims }), floatsOf(shape), indicesOf(places, shape[axis]!)),
      )
      .map(([a, ...operands]) =>
        describeSample(
          { operands, fn: (x, i) => tf.gather(x!, i!, a.axis, a.batchDims), differentiable: [0] },
          a,
        ),
      ),
  },
  {
    kernel: 'GatherNd',
    call: 'tf.gatherND',
    samples: rows().chain(({ shape, depth, count, places }) =>
      fc
        .tuple(fc.constantFrom(floatsOf, intsOf))
        .chain(([draw]) => fc.tuple(draw(shape), pointsOf(shape.slice(0, depth), [...places, count])))
        .map((operands) => describeSample({ operands, fn: (x, i) => tf.gatherND(x!, i!) })),
    ),
  },
];

/** A tensor's shape, how many of its axes an index covers, and how many indices there are. */
function rows() {
  return anyShape(filled).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      depth: fc.integer({ min: 1, max: shape.length }),
      count: fc.nat({ max: 4 }),
      places: fc.constantFrom<number[][]>([], [2]),
    }),
  );
}

/** Points inside a shape: [...places, rank]. */
function pointsOf(shape: readonly number[], places: readonly number[]): fc.Arbitrary<Operand> {
  const size = sizeOf(shape);
  return indicesOf(places, size).map(({ values }) => ({
    shape: [...places, shape.length],
    dtype: 'int32',
    values: Float32Array.from([...values].flatMap((place) => pointAt(place, shape))),
  }));
}

/** Different points, for writes whose order does not matter. */
function distinctPointsOf(shape: readonly number[], count: number): fc.Arbitrary<Operand> {
  const all = [...Array(sizeOf(shape)).keys()];
  const length = Math.min(count, all.length);
  return fc.shuffledSubarray(all, { minLength: length, maxLength: length }).map((places) => ({
    shape: [length, shape.length],
    dtype: 'int32',
    values: Float32Array.from(places.flatMap((place) => pointAt(place, shape))),
  }));
}

function pointAt(place: number, shape: readonly number[]): number[] {
  let rest = place;
  return shape
    .map((_, axis) => sizeOf(shape.slice(axis + 1)))
    .map((stride) => {
      const at = Math.floor(rest / stride);
      rest -= at * stride;
      return at;
    });
}

const scatters: KernelCase[] = [
  {
    kernel: 'ScatterNd',
    call: 'tf.scatterND',
    samples: rows().chain(({ shape, depth, count, places }) =>
      fc
        .tuple(fc.constantFrom(floatsOf, intsOf))
        .chain(([draw]) =>
          fc.tuple(
            pointsOf(shape.slice(0, depth), [...places, count]),
            draw([...places, count, ...shape.slice(depth)]),
          ),
        )
        .map((operands) => describeSample({ operands, fn: (i, x) => tf.scatterND(i!, x!, shape as never) })),
    ),
  },
  {
    kernel: 'TensorScatterUpdate',
    call: 'tf.tensorScatterUpdate',
    samples: rows().chain(({ shape, depth, count }) =>
      distinctPointsOf(shape.slice(0, depth), count)
        .chain((points) =>
          fc.tuple(floatsOf(shape), fc.constant(points), floatsOf([points.shape[0]!, ...shape.slice(depth)])),
        )
        .map((operands) => describeSample({ operands, fn: (x, i, y) => tf.tensorScatterUpdate(x!, i!, y!) })),
    ),
  },
  {
    kernel: 'SparseToDense',
    call: 'tf.sparseToDense',
    samples: fc
      .tuple(anyShape({ ...filled, maxRank: 3 }), fc.integer({ min: 1, max: 4 }), fc.boolean())
      .chain(([shape, count, isScalar]) =>
        distinctPointsOf(shape, count)
          .chain((points) =>
            fc.tuple(fc.constant(points), floatsOf(isScalar ? [] : [points.shape[0]!]), floatsOf([])),
          )
          .map((operands) =>
            describeSample({
              operands,
              fn: (i, values, rest) => tf.sparseToDense(i!, values!, shape as never, rest as tf.Scalar),
            }),
          ),
      ),
  },
  {
    kernel: 'UnsortedSegmentSum',
    call: 'tf.unsortedSegmentSum',
    samples: fc
      .tuple(anyShape({ minRank: 1, maxRank: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([shape, segments]) =>
        fc
          // Segments below 0 and beyond the last one do not exist.
          .tuple(floatsOf(shape), intsOf([shape[0]!], [-1, segments]))
          .map((operands) =>
            describeSample(
              {
                operands,
                fn: (x, ids) => tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, segments),
                // tfjs's gradient gathers the missing segments too, which tfjs-cpu refuses.
                differentiable: operands[1].values.every((id) => id >= 0 && id < segments) ? [0] : [],
              },
              { segments },
            ),
          ),
      ),
  },
];

const classes: KernelCase[] = [
  {
    kernel: 'OneHot',
    call: 'tf.oneHot',
    samples: anyShape({ maxRank: 4 })
      .chain((shape) =>
        fc.tuple(
          intsOf(shape, [-2, 5]),
          fc.record({
            depth: fc.integer({ min: 2, max: 5 }),
            values: fc.constantFrom<[number, number][]>([1, 0], [3, -2]),
            dtype: fc.constantFrom<('float32' | 'int32' | 'bool')[]>('float32', 'int32', 'bool'),
          }),
        ),
      )
      .filter(([, { dtype, values }]) => dtype !== 'bool' || values[0] === 1)
      .map(([indices, a]) =>
        describeSample(
          {
            operands: [indices],
            fn: (i) => tf.oneHot(i!, a.depth, a.values[0], a.values[1], a.dtype),
          },
          a,
        ),
      ),
  },
];

const small = fc.integer({ min: -6, max: 6 });

/** Kernels without operands: constants. */
const constants: KernelCase[] = [
  {
    kernel: 'Fill',
    call: 'tf.fill',
    samples: fc
      .tuple(anyShape(), fc.constantFrom(0, 1, -0.5, 2), fc.constantFrom('float32', 'int32'))
      .map(([shape, value, dtype]) =>
        describeSample(
          { operands: [], fn: () => tf.fill(shape as never, value, dtype as 'float32') },
          { shape, value, dtype },
        ),
      ),
  },
  {
    kernel: 'Range',
    call: 'tf.range',
    samples: fc
      .tuple(small, small, fc.constantFrom(undefined, 1, 2, 0.3, -1, -0.7), fc.boolean())
      .map(([start, stop, step, isInt]) =>
        describeSample(
          { operands: [], fn: () => tf.range(start, stop, step, isInt ? 'int32' : 'float32') },
          { start, stop, step, isInt },
        ),
      )
      .filter((sample) => sample !== undefined),
  },
  {
    kernel: 'LinSpace',
    call: 'tf.linspace',
    samples: fc
      .tuple(small, small, fc.integer({ min: 2, max: 9 }))
      .map(([start, stop, count]) =>
        describeSample({ operands: [], fn: () => tf.linspace(start, stop, count) }, { start, stop, count }),
      ),
  },
];

/** Cases of the kernels that read or write at computed places, or make constants. */
export const indexingCases: readonly KernelCase[] = [...gathers, ...scatters, ...classes, ...constants];
