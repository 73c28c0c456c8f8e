import type { DataType } from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors';
import type { DType } from './graph';
import { userLine } from './user-line';

/** Narrows a tfjs type to those that a graph knows. @throws RuntimeError `unsupported-type` */
export function supportedType(dtype: DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new RuntimeError({
    where: 'trace',
    code: 'unsupported-type',
    problem: `A compiled function used a tensor of an unsupported type${userLine()}`,
    expected: 'float32, int32 or bool',
    received: dtype,
  });
}
