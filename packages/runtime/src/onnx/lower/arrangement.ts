import { sliceBox, splitSizes } from '../../trace/shapes/arrangement';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import type { Lowering } from './lowering';

const slice: Lowering = (onnx, { inputs, attributes }) => {
  const { begin, size, strides } = sliceBox(inputs, attributes);
  const { shape } = inputs.x!;
  const cut = shape.map((_, axis) => axis).filter((a) => size[a] !== shape[a] || strides[a] !== 1);
  const end = begin.map((first, a) => {
    const last = first + size[a]! * strides[a]!;
    // Counting down to the first element ends before it, where −1 would mean the last one.
    return last < 0 ? -shape[a]! - 1 : last;
  });
  const pick = (numbers: readonly number[]) => onnx.ints(cut.map((a) => numbers[a]!));
  const steps = strides.some((stride) => stride !== 1) ? [pick(strides)] : [];
  return onnx.emit('Slice', [onnx.name(inputs.x!), pick(begin), pick(end), onnx.ints(cut), ...steps]);
};

const split: Lowering = (onnx, { inputs, attributes, outputs }) => {
  const axis = normaliseAxis(attributes.axis as number | undefined, inputs.x!.shape);
  const sizes = onnx.ints(splitSizes(inputs, attributes));
  return onnx.emitMany('Split', [onnx.name(inputs.x!), sizes], outputs.length, {
    attributes: { axis: { int: axis } },
  });
};

/** All paddings before, then all after. */
const edges = (paddings: unknown) =>
  [0, 1].flatMap((side) => (paddings as [number, number][]).map((pair) => pair[side]!));

/** Kernels that move elements. */
export const arrangementLowerings: Record<string, Lowering> = {
  Reshape: (onnx, { inputs, outputs }) => onnx.reshape(onnx.name(inputs.x!), outputs[0]!.shape),
  Transpose: (onnx, { inputs, attributes }) =>
    onnx.emit('Transpose', [onnx.name(inputs.x!)], {
      attributes: { perm: { ints: attributes.perm as number[] } },
    }),
  Concat: (onnx, { inputs, attributes, outputs }) =>
    onnx.emit(
      'Concat',
      Object.values(inputs).map((part) => onnx.name(part)),
      { attributes: { axis: { int: normaliseAxis(attributes.axis as number, outputs[0]!.shape) } } },
    ),
  SplitV: split,
  Slice: slice,
  Tile: (onnx, { inputs, attributes }) =>
    onnx.emit('Tile', [onnx.name(inputs.x!), onnx.ints(attributes.reps as number[])]),
  BroadcastTo: (onnx, { inputs, outputs }) =>
    onnx.emit('Expand', [onnx.name(inputs.x!), onnx.ints(outputs[0]!.shape)]),
  PadV2: (onnx, { inputs, attributes }) => {
    const { paddings, constantValue } = attributes;
    const filling = onnx.constant([(constantValue as number | undefined) ?? 0], [], inputs.x!.dtype);
    return onnx.emit('Pad', [onnx.name(inputs.x!), onnx.ints(edges(paddings)), filling]);
  },
  MirrorPad: (onnx, { inputs, attributes }) =>
    onnx.emit('Pad', [onnx.name(inputs.x!), onnx.ints(edges(attributes.paddings))], {
      attributes: { mode: { text: 'reflect' } },
    }),
};
