import { reshape } from '../../trace/rewrites/arrangement';
import { type SliceBox, sliceBox, splitSizes } from '../../trace/shapes/arrangement';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import { aligned, forAll, repeated, type StackRule } from './stack-rule';

const concat: StackRule = (call) => {
  const { builder, node, operands } = call;
  const parts = Object.entries(operands).map(([name, part]) => [name, repeated(call, part)]);
  const axis = normaliseAxis(node.attributes.axis as number, node.outputs[0]!.shape);
  return builder.add('Concat', Object.fromEntries(parts), { axis: axis + 1 });
};

const split: StackRule = ({ builder, node: { inputs, attributes }, operands: { x } }) => {
  const axis = normaliseAxis(attributes.axis as number | undefined, inputs.x!.shape);
  const numOrSizeSplits = splitSizes(inputs, attributes);
  return builder.add('SplitV', { x: x!.value }, { numOrSizeSplits, axis: axis + 1 });
};

const slice: StackRule = ({ builder, count, node: { inputs, attributes }, operands: { x } }) => {
  const { begin, size, strides } = sliceBox(inputs, attributes);
  const box: SliceBox = { begin: [0, ...begin], size: [count, ...size], strides: [1, ...strides] };
  return builder.add('Slice', { x: x!.value }, { ...box });
};

const broadcast: StackRule = (call) => {
  const { shape } = call.node.outputs[0]!;
  const x = aligned(call, call.operands.x!, shape.length);
  return call.builder.add('BroadcastTo', { x }, { shape: [call.count, ...shape] });
};

const padded: StackRule = ({ builder, node: { kernel, attributes }, operands: { x } }) => {
  const paddings = [[0, 0], ...(attributes.paddings as [number, number][])];
  return builder.add(kernel, { x: x!.value }, { ...attributes, paddings });
};

/** Kernels that move elements. */
export const arrangementStacking: Record<string, StackRule> = {
  Reshape: ({ builder, count, node, operands: { x } }) => [
    reshape(builder, x!.value, [count, ...node.outputs[0]!.shape]),
  ],
  Transpose: ({ builder, node, operands: { x } }) => {
    const perm = (node.attributes.perm as number[]).map((axis) => axis + 1);
    return builder.add('Transpose', { x: x!.value }, { perm: [0, ...perm] });
  },
  Concat: concat,
  SplitV: split,
  Slice: slice,
  Tile: ({ builder, node, operands: { x } }) =>
    builder.add('Tile', { x: x!.value }, { reps: [1, ...(node.attributes.reps as number[])] }),
  BroadcastTo: broadcast,
  ...forAll(['PadV2', 'MirrorPad'], padded),
};
