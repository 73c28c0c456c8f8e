import type { DType, Node, Value } from '../../trace/graph';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import { sizeOf } from '../../tree';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

/** Indices as ONNX needs them: 64 bits, one row each. tfjs also accepts a vector. */
function places(onnx: Emitter, indices: Value): Name {
  const name = onnx.as(indices, 'int64');
  return indices.shape.length === 1 ? onnx.reshape(name, [indices.shape[0]!, 1]) : name;
}

/**
 * Zeros, to which the updates are added. Whole rows are added by `ScatterElements`, which goes through them in order;
 * `ScatterND` does so on all threads, so that several updates of one place add up in a different order each time.
 */
const scatter: Lowering = (onnx, { inputs: { indices, updates }, outputs }: Node) => {
  const { dtype, shape } = outputs[0]!;
  const attributes = { reduction: { text: 'add' } };
  if (indices!.shape.length > 2 || (indices!.shape[1] ?? 1) > 1) {
    const operands = [zeros(onnx, shape, dtype), places(onnx, indices!), onnx.name(updates!)];
    return onnx.emit('ScatterND', operands, { attributes });
  }
  const rows = indices!.shape[0]!;
  const columns = sizeOf(shape) / shape[0]!;
  const row = onnx.reshape(onnx.as(indices!, 'int64'), [rows, 1]);
  const operands = [
    zeros(onnx, [shape[0]!, columns], dtype),
    onnx.emit('Expand', [row, onnx.ints([rows, columns])]),
    onnx.reshape(onnx.name(updates!), [rows, columns]),
  ];
  return onnx.reshape(onnx.emit('ScatterElements', operands, { attributes }), shape);
};

function zeros(onnx: Emitter, shape: readonly number[], dtype: DType): Name {
  return onnx.emit('Expand', [onnx.constant([0], [], dtype), onnx.ints(shape)]);
}

/** Kernels that read or write at computed places. */
export const indexingLowerings: Record<string, Lowering> = {
  GatherV2: (onnx, { inputs, attributes }) => {
    const axis = normaliseAxis(attributes.axis as number | undefined, inputs.x!.shape);
    return onnx.emit('Gather', [onnx.name(inputs.x!), onnx.as(inputs.indices!, 'int32')], {
      attributes: { axis: { int: axis } },
    });
  },
  GatherNd: (onnx, { inputs }) =>
    onnx.emit('GatherND', [onnx.name(inputs.params!), onnx.as(inputs.indices!, 'int64')]),
  ScatterNd: scatter,
  TensorScatterUpdate: (onnx, { inputs: { tensor, indices, updates } }) =>
    onnx.emit('ScatterND', [onnx.name(tensor!), places(onnx, indices!), onnx.as(updates!, tensor!.dtype)]),
};
