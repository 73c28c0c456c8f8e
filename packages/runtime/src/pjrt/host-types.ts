import { LamoError } from '@lamo/core';

/** Arrays that can be copied to and from a device. */
export type HostNumbers = Float32Array | Int32Array | Uint8Array | Uint32Array | BigInt64Array;

/** Element types of buffers. `bool` holds a byte of 0 or 1 for each element. */
export type PjrtType = 'float32' | 'int32' | 'uint8' | 'uint32' | 'int64' | 'bool';

/** How an element type is stored on the host, and its number in PJRT's interface. */
interface HostType {
  readonly code: number;
  readonly array: new (length: number) => HostNumbers;
}

const TYPES: Readonly<Record<PjrtType, HostType>> = {
  bool: { code: 1, array: Uint8Array },
  int32: { code: 4, array: Int32Array },
  int64: { code: 5, array: BigInt64Array },
  uint8: { code: 6, array: Uint8Array },
  uint32: { code: 8, array: Uint32Array },
  float32: { code: 11, array: Float32Array },
};

/** Describes an element type. */
export function hostType(type: PjrtType): HostType {
  return TYPES[type];
}

/** Names the element type of an array; bytes are `uint8`. */
export function typeOfArray(data: HostNumbers): PjrtType {
  const isOf = (type: PjrtType) => data instanceof TYPES[type].array;
  return (['float32', 'int32', 'uint8', 'uint32', 'int64'] as const).find(isOf)!;
}

/** Names an element type by its number. @throws LamoError `plugin-unsupported` for types that are not read here */
export function typeOfCode(code: number): PjrtType {
  const found = (Object.keys(TYPES) as PjrtType[]).find((type) => TYPES[type].code === code);
  if (found !== undefined) return found;
  throw new LamoError({
    where: 'runtime/pjrt',
    code: 'plugin-unsupported',
    problem: 'Elements of this type cannot be read from a device',
    expected: `one of ${Object.keys(TYPES).join(', ')}`,
    received: `type ${code} of PJRT_Buffer_Type`,
    hint: 'Convert it in the program.',
  });
}
