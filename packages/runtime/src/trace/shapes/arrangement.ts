import { backend_util, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../tree';
import type { Value } from '../graph';
import type { ShapeRule } from '../infer';
import { normaliseAxis } from './broadcast';

/** Lengths of the pieces of a `SplitV`: given, or equal; one of them may be −1 for what is left. */
export function splitSizes({ x }: Readonly<Record<string, Value>>, attributes: SplitAttributes): number[] {
  const axis = normaliseAxis(attributes.axis, x!.shape);
  // tfjs puts the missing length into the caller's own array.
  const { numOrSizeSplits: wanted } = attributes;
  return backend_util.prepareSplitSize(x! as never, typeof wanted === 'number' ? wanted : [...wanted!], axis);
}

/** Attributes of `SplitV`. */
export interface SplitAttributes {
  readonly numOrSizeSplits?: number | number[];
  readonly axis?: number;
}

/** A box inside a tensor; element i of axis a is `begin[a] + i · strides[a]`. */
export interface SliceBox {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
}

/**
 * The box that a `Slice` cuts out. tfjs's kernel has no strides: those are ours, for the kernels that are
 * rewritten to a slice.
 */
export function sliceBox({ x }: Readonly<Record<string, Value>>, attributes: Partial<SliceBox>): SliceBox {
  const { begin, size, strides } = attributes;
  if (strides !== undefined) return { begin: begin!, size: size!, strides };
  const tensor = { shape: [...x!.shape] } as TensorInfo;
  const [first, lengths] = slice_util.parseSliceParams(
    tensor,
    copy(begin!),
    size === undefined ? (size as never) : copy(size),
  ) as [number[], number[]];
  slice_util.assertParamsValid({ ...tensor, rank: tensor.shape.length } as never, first, lengths);
  return { begin: first, size: lengths, strides: first.map(() => 1) };
}

const copy = (numbers: readonly number[] | number) => (typeof numbers === 'number' ? numbers : [...numbers]);

const padded: ShapeRule = ({ x }, { paddings }) => {
  const pairs = paddings as [number, number][];
  return { shape: x!.shape.map((length, i) => pairs[i]![0] + length + pairs[i]![1]), dtype: x!.dtype };
};

/** Kernels that move elements without computing. */
export const arrangementShapes: Record<string, ShapeRule> = {
  Reshape: ({ x }, { shape }) => {
    const size = sizeOf(x!.shape);
    const full = util.inferFromImplicitShape(shape as number[], size);
    util.assert(sizeOf(full) === size, () => `A tensor of ${size} elements cannot have shape [${full}].`);
    return { shape: full, dtype: x!.dtype };
  },
  Transpose: ({ x }, { perm }) => ({
    shape: (perm as number[]).map((axis) => x!.shape[axis]!),
    dtype: x!.dtype,
  }),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const shapes = parts.map(({ shape }) => [...shape]);
    const at = normaliseAxis(axis as number, shapes[0]!);
    backend_util.assertParamsConsistent(shapes, at);
    return { shape: backend_util.computeOutShape(shapes, at), dtype: parts[0]!.dtype };
  },
  SplitV: (inputs, attributes) => {
    const { shape, dtype } = inputs.x!;
    const at = normaliseAxis(attributes.axis as number | undefined, shape);
    return splitSizes(inputs, attributes).map((length) => ({ shape: shape.with(at, length), dtype }));
  },
  Slice: (inputs, attributes) => ({ shape: sliceBox(inputs, attributes).size, dtype: inputs.x!.dtype }),
  Tile: ({ x }, { reps }) => ({ shape: x!.shape.map((d, i) => d * (reps as number[])[i]!), dtype: x!.dtype }),
  BroadcastTo: ({ x }, { shape }) => {
    const full = shape as number[];
    const fits = backend_util.assertAndGetBroadcastShape([...x!.shape], full).join() === full.join();
    util.assert(fits, () => `A tensor of shape [${x!.shape}] does not broadcast to [${full}].`);
    return { shape: full, dtype: x!.dtype };
  },
  PadV2: padded,
  MirrorPad: padded,
};
