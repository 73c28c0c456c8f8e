import { sliceBox, splitSizes } from '../../trace/shapes/arrangement';
import { normaliseAxis } from '../../trace/shapes/broadcast';
import type { Emitter } from '../emitter';
import type { Tensor } from '../types';
import type { Lowering } from './lowering';

/** A box; along an axis with a negative stride, it is cut out from its last element on and turned round. */
const slice: Lowering = (hlo, { inputs, attributes }) => {
  const { begin, size, strides } = sliceBox(inputs, attributes);
  const first = begin.map((at, axis) => {
    const last = at + (size[axis]! - 1) * strides[axis]!;
    return size[axis] === 0 ? 0 : Math.min(at, last);
  });
  const end = first.map((at, axis) =>
    size[axis] === 0 ? 0 : at + (size[axis]! - 1) * Math.abs(strides[axis]!) + 1,
  );
  const box = hlo.slice(hlo.tensor(inputs.x!), first, end, strides.map(Math.abs));
  return hlo.reverse(
    box,
    strides.flatMap((stride, axis) => (stride < 0 ? [axis] : [])),
  );
};

const split: Lowering = (hlo, { inputs, attributes }) => {
  const x = hlo.tensor(inputs.x!);
  const axis = normaliseAxis(attributes.axis as number | undefined, x.shape);
  let from = 0;
  return splitSizes(inputs, attributes).map((length) => {
    from += length;
    return hlo.slice(x, x.shape.map(() => 0).with(axis, from - length), x.shape.with(axis, from));
  });
};

/** Repeats axis i `reps[i]` times: as an axis of its own in front of it. */
const tile: Lowering = (hlo, { inputs, attributes, outputs }) => {
  const x = hlo.tensor(inputs.x!);
  const reps = attributes.reps as number[];
  const shape = x.shape.flatMap((length, axis) => [reps[axis]!, length]);
  const dims = x.shape.map((_, axis) => 2 * axis + 1);
  return hlo.reshape(hlo.broadcastInDim(x, shape, dims), outputs[0]!.shape);
};

type Paddings = readonly (readonly [number, number])[];

/** Surrounds a tensor with its mirror image; the outermost element is not repeated. */
function reflected(hlo: Emitter, x: Tensor, paddings: Paddings): Tensor {
  return paddings.reduce((inner, [before, after], axis) => {
    const length = inner.shape[axis]!;
    const mirror = (begin: number, end: number) => {
      const box = hlo.slice(inner, inner.shape.map(() => 0).with(axis, begin), inner.shape.with(axis, end));
      return hlo.reverse(box, [axis]);
    };
    const parts = [
      ...(before > 0 ? [mirror(1, before + 1)] : []),
      inner,
      ...(after > 0 ? [mirror(length - 1 - after, length - 1)] : []),
    ];
    return hlo.concatenate(parts, axis);
  }, x);
}

/** Kernels that move elements. */
export const arrangementLowerings: Record<string, Lowering> = {
  Reshape: (hlo, { inputs, outputs }) => hlo.reshape(hlo.tensor(inputs.x!), outputs[0]!.shape),
  Transpose: (hlo, { inputs, attributes }) =>
    hlo.transpose(hlo.tensor(inputs.x!), attributes.perm as number[]),
  Concat: (hlo, { inputs, attributes, outputs }) =>
    hlo.concatenate(
      Object.values(inputs).map((part) => hlo.tensor(part, outputs[0]!.dtype)),
      normaliseAxis(attributes.axis as number, outputs[0]!.shape),
    ),
  SplitV: split,
  Slice: slice,
  Tile: tile,
  BroadcastTo: (hlo, { inputs, outputs }) => hlo.broadcast(hlo.tensor(inputs.x!), outputs[0]!.shape),
  PadV2: (hlo, { inputs, attributes }) => {
    const x = hlo.tensor(inputs.x!);
    const filling = hlo.scalar((attributes.constantValue as number | undefined) ?? 0, x.type);
    return hlo.pad(x, filling, attributes.paddings as Paddings);
  },
  MirrorPad: (hlo, { inputs, attributes }) =>
    reflected(hlo, hlo.tensor(inputs.x!), attributes.paddings as Paddings),
};
