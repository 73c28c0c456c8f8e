import { sizeOf } from '../../tree';
import type { ShapeRule } from '../infer';
import { normaliseAxes } from './broadcast';

/** Lengths of the pieces of a `SplitV`: given, or equal; one of them may be −1 for what is left. */
export function splitSizes(numOrSizeSplits: number | readonly number[], length: number): number[] {
  if (typeof numOrSizeSplits === 'number') {
    return Array.from({ length: numOrSizeSplits }, () => length / numOrSizeSplits);
  }
  const known = numOrSizeSplits.reduce((sum, size) => (size < 0 ? sum : sum + size), 0);
  return numOrSizeSplits.map((size) => (size < 0 ? length - known : size));
}

/** Kernels that move elements without computing. */
export const arrangementShapes: Record<string, ShapeRule> = {
  Reshape: ({ x }, { shape }) => {
    const wanted = shape as number[];
    const known = wanted.reduce((size, d) => (d === -1 ? size : size * d), 1);
    const missing = known === 0 ? 0 : sizeOf(x!.shape) / known;
    return { shape: wanted.map((d) => (d === -1 ? missing : d)), dtype: x!.dtype };
  },
  ExpandDims: ({ input }, { dim }) => {
    const shape = [...input!.shape];
    const at = dim as number;
    shape.splice(at < 0 ? at + shape.length + 1 : at, 0, 1);
    return { shape, dtype: input!.dtype };
  },
  Transpose: ({ x }, { perm }) => ({
    shape: (perm as number[]).map((axis) => x!.shape[axis]!),
    dtype: x!.dtype,
  }),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const first = parts[0]!;
    const [at] = normaliseAxes(axis as number, first.shape.length);
    const shape = [...first.shape];
    shape[at!] = parts.reduce((length, part) => length + part.shape[at!]!, 0);
    return { shape, dtype: first.dtype };
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const [at] = normaliseAxes((axis as number | undefined) ?? 0, x!.shape.length);
    return splitSizes(numOrSizeSplits as number | number[], x!.shape[at!]!).map((length) => ({
      shape: x!.shape.map((dimension, i) => (i === at ? length : dimension)),
      dtype: x!.dtype,
    }));
  },
  Slice: ({ x }, { begin, size }) => {
    const begins = begin as number[];
    const sizes = size as number[];
    return {
      shape: x!.shape.map((d, i) => ((sizes[i] ?? -1) < 0 ? d - (begins[i] ?? 0) : sizes[i]!)),
      dtype: x!.dtype,
    };
  },
  Tile: ({ x }, { reps }) => ({ shape: x!.shape.map((d, i) => d * (reps as number[])[i]!), dtype: x!.dtype }),
  BroadcastTo: ({ x }, { shape }) => ({ shape: shape as number[], dtype: x!.dtype }),
};
