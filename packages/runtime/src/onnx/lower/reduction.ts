import type { Node } from '../../trace/graph';
import { renamed } from '../../trace/renamed';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import { reducedAxes } from '../../trace/shapes/reduction';
import { sizeOf } from '../../tree';
import { computingType, type Lowering, NUMBERS } from './lowering';

/** The operator computes in the type of the result. */
const reduction =
  (op: string): Lowering =>
  (onnx, { inputs, attributes, outputs }) => {
    const axes = onnx.ints(reducedAxes(attributes, inputs.x!.shape));
    return onnx.emit(op, [onnx.as(inputs.x!, outputs[0]!.dtype), axes], {
      attributes: { keepdims: { int: attributes.keepDims === true ? 1 : 0 } },
    });
  };

/**
 * A sum over the first axes, [M, N] → [N], as a product with a row of equal numbers: onnxruntime's own is eight
 * times slower.
 */
const sumOfRows =
  (weight: (rows: number) => number): Lowering =>
  (onnx, { inputs, attributes, outputs }) => {
    const { shape } = inputs.x!;
    const kept = shape.slice(reducedAxes(attributes, shape).length);
    const columns = sizeOf(kept);
    const rows = sizeOf(shape) / columns;
    const weights = onnx.constant(new Float32Array(rows).fill(weight(rows)), [1, rows], 'float32');
    const isMatrix = shape.length === 2;
    const x = isMatrix ? onnx.name(inputs.x!) : onnx.reshape(onnx.name(inputs.x!), [rows, columns]);
    const sum = onnx.emit('Gemm', [weights, x]); // [1, N]
    return outputs[0]!.shape.join() === `1,${columns}` ? sum : onnx.reshape(sum, outputs[0]!.shape);
  };

/** True if the first axes, and not all, of floats are reduced. */
const reducesRows = ({ inputs, attributes }: Node) => {
  const { shape, dtype } = inputs.x!;
  const axes = reducedAxes(attributes, shape);
  return (
    dtype === 'float32' &&
    sizeOf(shape) > 0 &&
    axes.length < shape.length &&
    axes.every((axis, i) => axis === i)
  );
};

/** Where the largest or smallest element is; the first one if several are. */
const position =
  (op: string): Lowering =>
  (onnx, { inputs, attributes }) => {
    const { x } = inputs;
    const axis = normaliseAxis(attributes.axis as number, x!.shape);
    const found = onnx.emit(op, [onnx.as(x!, computingType(x!.dtype, ['int32', 'float32']))], {
      attributes: { axis: { int: axis }, keepdims: { int: 0 } },
    });
    return onnx.cast(found, 'int64', 'int32');
  };

const cumsum: Lowering = (onnx, { inputs, attributes, outputs }) => {
  const flag = (name: string) => ({ int: attributes[name] === true ? 1 : 0 });
  const axis = normaliseAxis(attributes.axis as number | undefined, inputs.x!.shape);
  const operands = [onnx.as(inputs.x!, outputs[0]!.dtype), onnx.constant([axis], [], 'int32')];
  return onnx.emit('CumSum', operands, {
    attributes: { exclusive: flag('exclusive'), reverse: flag('reverse') },
  });
};

/** tfjs takes the last axis only. */
const softmax =
  (op: string): Lowering =>
  (onnx, { inputs }) =>
    onnx.emit(op, [onnx.as(inputs.logits!, 'float32')], { attributes: { axis: { int: -1 } } });

const topK: Lowering = (onnx, { inputs, attributes, outputs }) => {
  const { dtype } = outputs[0]!;
  const type = computingType(dtype, NUMBERS);
  const [values, places] = onnx.emitMany(
    'TopK',
    [onnx.as(inputs.x!, type), onnx.ints([attributes.k as number])],
    2,
    { attributes: { sorted: { int: attributes.sorted === false ? 0 : 1 } } },
  );
  return [onnx.cast(values!, type, dtype), onnx.cast(places!, 'int64', 'int32')];
};

/** Kernels that compute along axes. */
export const reductionLowerings: Record<string, Lowering> = {
  Sum: (onnx, node) => (reducesRows(node) ? sumOfRows(() => 1) : reduction('ReduceSum'))(onnx, node),
  Mean: (onnx, node) =>
    (reducesRows(node) ? sumOfRows((rows) => 1 / rows) : reduction('ReduceMean'))(onnx, node),
  ...renamed({ Prod: 'ReduceProd', Max: 'ReduceMax', Min: 'ReduceMin' }, reduction),
  ...renamed({ ArgMax: 'ArgMax', ArgMin: 'ArgMin' }, position),
  Cumsum: cumsum,
  ...renamed({ Softmax: 'Softmax', LogSoftmax: 'LogSoftmax' }, softmax),
  TopK: topK,
};
