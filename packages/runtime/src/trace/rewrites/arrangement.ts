import { slice_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../tree';
import type { Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { normaliseAxes, normaliseAxis } from '../shapes/broadcast';
import type { Rewrite } from './rewrite';

/** Gives a value another shape of the same size. */
export function reshape(builder: GraphBuilder, x: Value, shape: readonly number[]): Value {
  return builder.call('Reshape', { x }, { shape: [...shape] });
}

const pack: Rewrite = (builder, inputs, attributes) => {
  const parts = Object.values(inputs);
  const { shape } = parts[0]!;
  const axis = normaliseAxis(attributes.axis as number, [...shape, 1]);
  const wide = parts.map((part) => reshape(builder, part, part.shape.toSpliced(axis, 0, 1)));
  return [builder.call('Concat', Object.fromEntries(wide.map((part, i) => [String(i), part])), { axis })];
};

const unpack: Rewrite = (builder, { value }, attributes) => {
  const axis = normaliseAxis(attributes.axis as number, value!.shape);
  const count = value!.shape[axis]!;
  if (count === 0) return [];
  const parts = builder.add('SplitV', { x: value! }, { numOrSizeSplits: count, axis });
  return parts.map((part) => reshape(builder, part, value!.shape.toSpliced(axis, 1)));
};

const stridedSlice: Rewrite = (builder, { x }, attributes) => {
  const mask = (name: string) => (attributes[name] as number | undefined) ?? 0;
  const numbers = (name: string) => attributes[name] as number[];
  const { begin, end, strides, finalShape } = slice_util.sliceInfo(
    [...x!.shape],
    numbers('begin'),
    numbers('end'),
    numbers('strides'),
    mask('beginMask'),
    mask('endMask'),
    mask('ellipsisMask'),
    mask('newAxisMask'),
    mask('shrinkAxisMask'),
  );
  const size = begin.map((first, i) => Math.max(0, Math.ceil((end[i]! - first) / strides[i]!)));
  return [reshape(builder, builder.call('Slice', { x: x! }, { begin, size, strides }), finalShape)];
};

const reverse: Rewrite = (builder, { x }, { dims }) => {
  const { shape } = x!;
  const axes = normaliseAxes(dims as number | number[], shape);
  const box = {
    begin: shape.map((length, axis) => (axes.includes(axis) ? length - 1 : 0)),
    size: [...shape],
    strides: shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)),
  };
  return [builder.call('Slice', { x: x! }, box)];
};

/** Puts the elements on the diagonal of a matrix, and gives its rows and columns the shape of the operand. */
const diagonal: Rewrite = (builder, { x }) => {
  const size = sizeOf(x!.shape);
  const places = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const condition = builder.constant(places, { shape: [size, size], dtype: 'bool' });
  const matrix = builder.call('Select', {
    condition,
    t: reshape(builder, x!, [size]),
    e: builder.scalar(0, x!.dtype),
  });
  return [reshape(builder, matrix, [...x!.shape, ...x!.shape])];
};

/** Kernels that move elements, expressed by reshape, concat, split and slice. */
export const arrangementRewrites: Record<string, Rewrite> = {
  ExpandDims: (builder, { input }, { dim }) => {
    const axis = normaliseAxis(dim as number, [...input!.shape, 1]);
    return [reshape(builder, input!, input!.shape.toSpliced(axis, 0, 1))];
  },
  Pack: pack,
  Unpack: unpack,
  StridedSlice: stridedSlice,
  Reverse: reverse,
  Diag: diagonal,
};
