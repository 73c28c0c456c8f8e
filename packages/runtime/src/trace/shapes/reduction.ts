import type { DType } from '../graph';
import type { ShapeRule } from '../infer';
import { normaliseAxes } from './broadcast';

const reduction =
  (dtype?: DType): ShapeRule =>
  ({ x }, attributes) => ({
    shape: reducedShape(x!.shape, reducedAxes(attributes, x!.shape.length), attributes.keepDims === true),
    dtype: dtype ?? x!.dtype,
  });

/** Axes that a reduction kernel reduces; `Max` calls them `reductionIndices`. */
export function reducedAxes(attributes: Readonly<Record<string, unknown>>, rank: number): number[] {
  return normaliseAxes(
    (attributes.axis ?? attributes.reductionIndices) as number | number[] | undefined,
    rank,
  );
}

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Kernels that reduce axes. */
export const reductionShapes: Record<string, ShapeRule> = {
  Sum: reduction(),
  Mean: reduction('float32'),
  Max: reduction(),
  Min: reduction(),
};
