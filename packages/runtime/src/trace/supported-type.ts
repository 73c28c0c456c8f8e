import { LamoError } from '@lamo/core';
import type { DataType } from '@tensorflow/tfjs-core';
import type { DType } from './graph';
import { userLine } from './user-line';

/** Narrows a tfjs type to the element types of a graph. @throws LamoError `unsupported-type` */
export function supportedType(dtype: DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new LamoError({
    where: 'runtime/trace',
    code: 'unsupported-type',
    problem: `A compiled function used a tensor of an unsupported type${userLine()}`,
    expected: 'float32, int32 or bool',
    received: dtype,
  });
}
