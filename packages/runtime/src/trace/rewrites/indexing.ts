import { type DataType, util } from '@tensorflow/tfjs-core';
import { supportedType } from '../supported-type';
import { reshape } from './arrangement';
import type { Rewrite } from './rewrite';

const oneHot: Rewrite = (builder, { indices }, attributes) => {
  const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number };
  const dtype = supportedType((attributes.dtype as DataType | undefined) ?? 'int32');
  const classes = builder.constant([...Array(depth).keys()], { shape: [depth], dtype: 'int32' });
  const condition = builder.call('Equal', {
    a: reshape(builder, indices!, [...indices!.shape, 1]),
    b: classes,
  });
  if (onValue === 1 && offValue === 0) return [builder.call('Cast', { x: condition }, { dtype })];
  const [t, e] = [builder.scalar(onValue, dtype), builder.scalar(offValue, dtype)];
  return [builder.call('Select', { condition, t, e })];
};

/** Writes numbers into a constant; one index, or one number for all places, may be a scalar. */
const sparseToDense: Rewrite = (builder, inputs, { outputShape }) => {
  const { sparseIndices, sparseValues, defaultValue } = inputs;
  const { shape } = sparseIndices!;
  const rows = shape[0] ?? 1;
  const indices = reshape(builder, sparseIndices!, [rows, shape[1] ?? 1]);
  const updates = builder.call('BroadcastTo', { x: sparseValues! }, { shape: [rows] });
  const tensor = builder.call('BroadcastTo', { x: defaultValue! }, { shape: outputShape as number[] });
  return [builder.call('TensorScatterUpdate', { tensor, indices, updates })];
};

/** Adds up the rows of each segment; rows of segments that do not exist are dropped. */
const unsortedSegmentSum: Rewrite = (builder, { x, segmentIds }, attributes) => {
  const numSegments = attributes.numSegments as number;
  const [rows] = segmentIds!.shape;
  const fits = segmentIds!.shape.length === 1 && x!.shape[0] === rows;
  util.assert(fits, () => `Expected one segment for each of the ${x!.shape[0]} rows, in a tensor of rank 1.`);
  const shape = [numSegments, ...x!.shape.slice(1)];
  const exists = builder.call('LogicalAnd', {
    a: builder.call('GreaterEqual', { a: segmentIds!, b: builder.scalar(0, 'int32') }),
    b: builder.call('Less', { a: segmentIds!, b: builder.scalar(numSegments, 'int32') }),
  });
  const updates = builder.call('Select', {
    condition: reshape(builder, exists, [rows!, ...Array(x!.shape.length - 1).fill(1)]),
    t: x!,
    e: builder.scalar(0, x!.dtype),
  });
  const limits = { clipValueMin: 0, clipValueMax: numSegments - 1 };
  const indices = builder.call('ClipByValue', { x: segmentIds! }, limits);
  return [builder.call('ScatterNd', { indices: reshape(builder, indices, [rows!, 1]), updates }, { shape })];
};

/** Kernels that read or write at computed places, expressed by others. */
export const indexingRewrites: Record<string, Rewrite> = {
  OneHot: oneHot,
  SparseToDense: sparseToDense,
  UnsortedSegmentSum: unsortedSegmentSum,
};
