import { type DataType, util } from '@tensorflow/tfjs-core';
import { supportedType } from '../supported-type';
import type { Rewrite } from './rewrite';

type Numbers = Float32Array | Int32Array;

/** start, start + step, … as tfjs counts them: a step of 1 runs down if `stop` lies below. */
function rangeLength(start: number, stop: number, step: number): number {
  if (start === stop || (start < stop && step < 0) || (stop < start && step > 1)) return 0;
  return Math.abs(Math.ceil((stop - start) / step));
}

/** Adds up steps in the type of the result, as tfjs does, so that both have the same rounding. */
function counted<T extends Numbers>(values: T, start: number, step: number): T {
  for (let i = 0; i < values.length; i++) values[i] = i === 0 ? start : values[i - 1]! + step;
  return values;
}

const filled =
  (value: number): Rewrite =>
  (builder, { x }) => [builder.constant([value], x!)];

/** Kernels whose value is known when they are traced. */
export const constantRewrites: Record<string, Rewrite> = {
  Fill: (builder, _, { shape, value, dtype }) => {
    const type = supportedType((dtype as DataType | undefined) ?? util.inferDtype(value as number));
    return [builder.constant([Number(value)], { shape: shape as number[], dtype: type })];
  },
  ZerosLike: filled(0),
  OnesLike: filled(1),
  Range: (builder, _, attributes) => {
    const { start, stop, step } = attributes as { start: number; stop: number; step: number };
    const dtype = supportedType(attributes.dtype as DataType);
    const length = rangeLength(start, stop, step);
    const empty = dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
    const values = counted(empty, start, stop < start && step === 1 ? -1 : step);
    return [builder.constant(values, { shape: [length], dtype })];
  },
  LinSpace: (builder, _, attributes) => {
    const { start, stop, num } = attributes as { start: number; stop: number; num: number };
    const values = counted(new Float32Array(num), start, (stop - start) / (num - 1));
    return [builder.constant(values, { shape: [num], dtype: 'float32' })];
  },
};
