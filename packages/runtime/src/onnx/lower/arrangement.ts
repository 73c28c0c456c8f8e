import { splitSizes } from '../../trace/shapes/arrangement';
import { normaliseAxes } from '../../trace/shapes/broadcast';
import type { Lowering } from './lowering';

/** Kernels that move elements. */
export const arrangementLowerings: Record<string, Lowering> = {
  Reshape: (onnx, { inputs, outputs }) =>
    onnx.emit('Reshape', [onnx.name(inputs.x!), onnx.ints(outputs[0]!.shape)], {
      attributes: { allowzero: { int: 1 } },
    }),
  Transpose: (onnx, { inputs, attributes }) =>
    onnx.emit('Transpose', [onnx.name(inputs.x!)], {
      attributes: { perm: { ints: attributes.perm as number[] } },
    }),
  Concat: (onnx, { inputs, attributes, outputs }) =>
    onnx.emit(
      'Concat',
      Object.values(inputs).map((part) => onnx.name(part)),
      {
        attributes: { axis: { int: normaliseAxes(attributes.axis as number, outputs[0]!.shape.length)[0]! } },
      },
    ),
  SplitV: (onnx, { inputs, attributes, outputs }) => {
    const { shape } = inputs.x!;
    const axis = normaliseAxes((attributes.axis as number | undefined) ?? 0, shape.length)[0]!;
    const sizes = splitSizes(attributes.numOrSizeSplits as number | number[], shape[axis]!);
    return onnx.emitMany('Split', [onnx.name(inputs.x!), onnx.ints(sizes)], outputs.length, {
      attributes: { axis: { int: axis } },
    });
  },
  Slice: (onnx, { inputs, attributes, outputs }) => {
    const begin = attributes.begin as number[];
    const end = begin.map((start, axis) => start + outputs[0]!.shape[axis]!);
    return onnx.emit('Slice', [onnx.name(inputs.x!), onnx.ints(begin), onnx.ints(end)]);
  },
  Tile: (onnx, { inputs, attributes }) =>
    onnx.emit('Tile', [onnx.name(inputs.x!), onnx.ints(attributes.reps as number[])]),
  BroadcastTo: (onnx, { inputs, outputs }) =>
    onnx.emit('Expand', [onnx.name(inputs.x!), onnx.ints(outputs[0]!.shape)]),
};
