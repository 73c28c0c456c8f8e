import type { Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { normaliseAxis } from '../shapes/broadcast';
import { numericType } from '../shapes/elementwise';
import type { Rewrite } from './rewrite';

/** Moves elements `by` places up an axis (down if negative); ones fill what is left free. */
function shifted(builder: GraphBuilder, x: Value, axis: number, by: number): Value {
  const kept = x.shape[axis]! - Math.abs(by);
  const begin = x.shape.map((_, i) => (i === axis ? Math.max(-by, 0) : 0));
  const part = builder.call('Slice', { x }, { begin, size: x.shape.with(axis, kept) });
  const paddings = x.shape.map((_, i) => (i === axis ? [Math.max(by, 0), Math.max(-by, 0)] : [0, 0]));
  return builder.call('PadV2', { x: part }, { paddings, constantValue: 1 });
}

/** A running product by doubling: log₂(length) rounds of y[i] ← y[i] · y[i − 2ʳ]. ONNX has none. */
const cumprod: Rewrite = (builder, { x }, { axis, exclusive, reverse }) => {
  const at = normaliseAxis(axis as number | undefined, x!.shape);
  const length = x!.shape[at]!;
  const forward = reverse === true ? -1 : 1;
  let y = builder.call('Cast', { x: x! }, { dtype: numericType(x!.dtype) });
  if (exclusive === true && length > 0) y = shifted(builder, y, at, forward);
  for (let by = 1; by < length; by *= 2) {
    y = builder.call('Multiply', { a: y, b: shifted(builder, y, at, by * forward) });
  }
  return [y];
};

/** Reductions that others express. */
export const reductionRewrites: Record<string, Rewrite> = {
  All: (builder, { x }, { axis, keepDims }) => [builder.call('Min', { x: x! }, { axis, keepDims })],
  Any: (builder, { x }, { axis, keepDims }) => [
    builder.call('Max', { x: x! }, { reductionIndices: axis, keepDims }),
  ],
  Cumprod: cumprod,
};
