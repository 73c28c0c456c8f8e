import { backend_util } from '@tensorflow/tfjs-core';
import type { DType } from '../graph';
import type { ShapeRule } from '../infer';
import { normaliseAxes, normaliseAxis } from './broadcast';
import { numericType } from './elementwise';

type TypeRule = (dtype: DType) => DType;

const same: TypeRule = (dtype) => dtype;

const reduction =
  (type: TypeRule): ShapeRule =>
  ({ x }, attributes) => ({
    shape: reducedShape(x!.shape, reducedAxes(attributes, x!.shape), attributes.keepDims === true),
    dtype: type(x!.dtype),
  });

/** Axes that a reduction kernel reduces; `Max` calls them `reductionIndices`. */
export function reducedAxes(
  attributes: Readonly<Record<string, unknown>>,
  shape: readonly number[],
): number[] {
  return normaliseAxes(
    (attributes.axis ?? attributes.reductionIndices) as number | number[] | undefined,
    shape,
  );
}

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const [kept] = backend_util.computeOutAndReduceShapes([...shape], [...axes]);
  return keepDims ? backend_util.expandShapeToKeepDim(kept, [...axes]) : kept;
}

const position: ShapeRule = ({ x }, { axis }) => ({
  shape: x!.shape.toSpliced(normaliseAxis(axis as number, x!.shape), 1),
  dtype: 'int32',
});

const running: ShapeRule = ({ x }, { axis }) => {
  normaliseAxis(axis as number, x!.shape);
  return { shape: x!.shape, dtype: numericType(x!.dtype) };
};

const sameShape: ShapeRule = ({ logits }) => ({ shape: logits!.shape, dtype: 'float32' });

/** Kernels that compute along axes. */
export const reductionShapes: Record<string, ShapeRule> = {
  Sum: reduction(numericType),
  Prod: reduction(numericType),
  Mean: reduction(() => 'float32'),
  Max: reduction(same),
  Min: reduction(same),
  ArgMax: position,
  ArgMin: position,
  Cumsum: running,
  Softmax: sameShape,
  LogSoftmax: sameShape,
  TopK: ({ x }, { k }) => {
    const shape = [...x!.shape.slice(0, -1), k as number];
    return [
      { shape, dtype: x!.dtype },
      { shape, dtype: 'int32' },
    ];
  },
};
