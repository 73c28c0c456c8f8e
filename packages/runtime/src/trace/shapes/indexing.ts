import { backend_util, gather_util, scatter_util } from '@tensorflow/tfjs-core';
import type { Value } from '../graph';
import type { ShapeRule } from '../infer';
import { normaliseAxis } from './broadcast';

/** A value as tfjs's own checks want it: with a rank. */
const ranked = ({ shape, dtype }: Value) => ({ shape: [...shape], dtype, rank: shape.length });

/** How a `GatherV2` sees its operands: as [batch, outer, length, slice], gathered along the third axis. */
export function gatherLayout({ x, indices }: Readonly<Record<string, Value>>, attributes: GatherAttributes) {
  const axis = normaliseAxis(attributes.axis, x!.shape);
  return backend_util.segment_util.collectGatherOpShapeInfo(
    ranked(x!) as never,
    ranked(indices!) as never,
    axis,
    attributes.batchDims ?? 0,
  );
}

/** Attributes of `GatherV2`. */
export interface GatherAttributes {
  readonly axis?: number;
  readonly batchDims?: number;
}

/** Checks that updates and indices fit the tensor they are written into. @throws Error of tfjs */
function checkScatter(indices: Value, updates: Value, shape: readonly number[]): void {
  scatter_util.validateInput(ranked(updates) as never, ranked(indices) as never, [...shape]);
}

/** Kernels that read or write at computed places. */
export const indexingShapes: Record<string, ShapeRule> = {
  GatherV2: (inputs, attributes) => ({
    shape: gatherLayout(inputs, attributes).outputShape,
    dtype: inputs.x!.dtype,
  }),
  GatherNd: ({ params, indices }) => ({
    shape: gather_util.prepareAndValidate(ranked(params!) as never, ranked(indices!) as never)[0],
    dtype: params!.dtype,
  }),
  ScatterNd: ({ indices, updates }, { shape }) => {
    checkScatter(indices!, updates!, shape as number[]);
    return { shape: shape as number[], dtype: updates!.dtype };
  },
  TensorScatterUpdate: ({ tensor, indices, updates }) => {
    checkScatter(indices!, updates!, tensor!.shape);
    return { shape: tensor!.shape, dtype: tensor!.dtype };
  },
};
