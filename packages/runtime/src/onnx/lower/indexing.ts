import type { Node, Value } from '../../trace/graph';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import type { Emitter, Name } from '../emitter';
import type { Lowering } from './lowering';

/** Places as ONNX wants them: 64 bits, one row each. tfjs takes a vector for a list of rows. */
function places(onnx: Emitter, indices: Value): Name {
  const name = onnx.as(indices, 'int64');
  return indices.shape.length === 1 ? onnx.reshape(name, [indices.shape[0]!, 1]) : name;
}

/** Zeros, to which the updates are added. */
const scatter: Lowering = (onnx, { inputs: { indices, updates }, outputs }: Node) => {
  const { dtype, shape } = outputs[0]!;
  const zeros = onnx.emit('Expand', [onnx.constant([0], [], dtype), onnx.ints(shape)]);
  return onnx.emit('ScatterND', [zeros, places(onnx, indices!), onnx.name(updates!)], {
    attributes: { reduction: { text: 'add' } },
  });
};

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
