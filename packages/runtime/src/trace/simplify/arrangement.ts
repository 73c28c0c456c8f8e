import { sizeOf } from '../../tree';
import type { Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { sliceBox, splitSizes } from '../shapes/arrangement';
import { normaliseAxis } from '../shapes/broadcast';
import { type Call, isSame, type Rule, respread, sameShape } from './rule';

function reshape(builder: GraphBuilder, x: Value, shape: readonly number[]): Value[] {
  return builder.add('Reshape', { x }, { shape: [...shape] });
}

/** A call that moves nothing, or moves equal numbers. */
const still: Rule = (builder, { inputs, specs }) =>
  isSame(inputs.x!, specs[0]!) ? [inputs.x!] : respread(builder, inputs.x!, specs[0]!);

const reshaped: Rule = (builder, call) => {
  const { x } = call.inputs;
  const source = x!.node.inputs.x;
  const { shape } = call.specs[0]!;
  if (x!.node.kernel === 'Reshape') return reshape(builder, source!, shape);
  // One number, repeated, is that number repeated in any shape.
  if (x!.node.kernel === 'BroadcastTo' && sizeOf(source!.shape) === 1) {
    const number = builder.call('Reshape', { x: source! }, { shape: [] });
    return builder.add('BroadcastTo', { x: number }, { shape: [...shape] });
  }
  return still(builder, call);
};

const transposed: Rule = (builder, call) => {
  const x = call.inputs.x!;
  const perm = call.attributes.perm as number[];
  if (perm.every((axis, i) => axis === i)) return [x];
  const moving = perm.filter((axis) => x.shape[axis] !== 1);
  // Axes of length 1 may go anywhere without any number moving.
  if (moving.every((axis, i) => i === 0 || axis > moving[i - 1]!))
    return reshape(builder, x, call.specs[0]!.shape);
  if (x.node.kernel === 'Transpose') {
    const inner = x.node.attributes.perm as number[];
    return builder.add('Transpose', x.node.inputs, { perm: perm.map((axis) => inner[axis]!) });
  }
  return respread(builder, x, call.specs[0]!);
};

const sliced: Rule = (builder, call) => {
  const { strides } = sliceBox(call.inputs, call.attributes);
  const moves = strides.some((stride, axis) => stride < 0 && call.inputs.x!.shape[axis]! > 1);
  return moves ? respread(builder, call.inputs.x!, call.specs[0]!) : still(builder, call);
};

const tiled: Rule = (builder, call) => {
  const shape = call.specs[0]!.shape;
  const repeats = call.inputs.x!.shape.every((length, axis) => length === 1 || length === shape[axis]);
  return repeats ? builder.add('BroadcastTo', call.inputs, { shape: [...shape] }) : still(builder, call);
};

const broadcast: Rule = (builder, call) => {
  const x = call.inputs.x!;
  const { shape } = call.specs[0]!;
  if (sizeOf(x.shape) === sizeOf(shape)) return reshape(builder, x, shape);
  const repeatsItself = x.node.kernel === 'BroadcastTo' || addsLeadingOnes(x);
  if (repeatsItself) return builder.add('BroadcastTo', x.node.inputs, { shape: [...shape] });
  return respread(builder, x, call.specs[0]!);
};

/** A reshape that only adds leading axes of length 1, as broadcasting does by itself. */
function addsLeadingOnes({ node, shape }: Value): boolean {
  if (node.kernel !== 'Reshape') return false;
  const source = node.inputs.x!.shape;
  const added = shape.length - source.length;
  return added > 0 && sameShape(shape.slice(added), source);
}

/** Drops empty parts of a join; the parts of one split, in order, are what was split. */
const joined: Rule = (builder, { inputs, attributes, specs }) => {
  const all = Object.values(inputs);
  const parts = all.filter(({ shape }) => sizeOf(shape) > 0);
  if (parts.length === 1) return parts;
  const axis = normaliseAxis(attributes.axis as number, specs[0]!.shape);
  if (isWholeSplit(parts, axis)) return [parts[0]!.node.inputs.x!];
  if (parts.length === all.length) return undefined;
  return builder.add('Concat', numbered(parts), { axis });
};

const numbered = (parts: readonly Value[]) => Object.fromEntries(parts.map((part, i) => [String(i), part]));

function isWholeSplit(parts: readonly Value[], axis: number): boolean {
  const { node } = parts[0]!;
  return (
    node.kernel === 'SplitV' &&
    normaliseAxis(node.attributes.axis as number | undefined, node.inputs.x!.shape) === axis &&
    node.outputs.length === parts.length &&
    parts.every((part, i) => part.node === node && part.index === i)
  );
}

/** Drops empty pieces of a split: onnxruntime does not support them. */
const split: Rule = (builder, call) => {
  const sizes = splitSizes(call.inputs, call.attributes);
  const filled = sizes.filter((size) => size > 0);
  if (filled.length === 1) return withEmptyPieces(builder, call, [call.inputs.x!]);
  if (filled.length === sizes.length) return undefined;
  const { axis } = call.attributes;
  return withEmptyPieces(
    builder,
    call,
    builder.add('SplitV', call.inputs, { numOrSizeSplits: filled, axis }),
  );
};

function withEmptyPieces(builder: GraphBuilder, { specs }: Call, filled: readonly Value[]): Value[] {
  let next = 0;
  return specs.map((spec) => (sizeOf(spec.shape) === 0 ? builder.constant([], spec) : filled[next++]!));
}

/** ONNX pads by reflection, but not with the edge repeated: that is a gather along each padded axis. */
const mirrored: Rule = (builder, { inputs, attributes, specs }) => {
  if (sameShape(inputs.x!.shape, specs[0]!.shape)) return [inputs.x!];
  if (attributes.mode !== 'symmetric') return undefined;
  return [
    (attributes.paddings as [number, number][]).reduce((x, [before, after], axis) => {
      const length = x.shape[axis]!;
      if (before + after === 0) return x;
      const places = Array.from({ length: before + length + after }, (_, i) => {
        const at = i - before;
        if (at < 0) return -1 - at;
        return at < length ? at : 2 * length - 1 - at;
      });
      const indices = builder.constant(places, { shape: [places.length], dtype: 'int32' });
      return builder.call('GatherV2', { x, indices }, { axis });
    }, inputs.x!),
  ];
};

/** Rules for kernels that move elements. */
export const arrangementRules: Record<string, Rule> = {
  Reshape: reshaped,
  Transpose: transposed,
  Slice: sliced,
  Tile: tiled,
  BroadcastTo: broadcast,
  Concat: joined,
  SplitV: split,
  PadV2: (_, { inputs, specs }) => (isSame(inputs.x!, specs[0]!) ? [inputs.x!] : undefined),
  MirrorPad: mirrored,
};
