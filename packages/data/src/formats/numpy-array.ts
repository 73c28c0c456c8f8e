import { endianness } from 'node:os';
import { LamoError } from '@lamo/core';
import type { NumberArray } from '../hdf5-column';
import type { NumberSource } from './number-source';

/** Numbers of NumPy: their type, and whether their bytes are in the order of this machine. */
export interface NumpyType {
  readonly Type: NumberConstructor;
  readonly isSwapped: boolean;
}

interface NumberConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): NumberArray;
}

const TYPES: Readonly<Record<string, NumberConstructor>> = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  b1: Uint8Array,
  '?': Uint8Array,
};

/**
 * Reads how NumPy writes a type down: `<f4`, `|b1`, `f8`.
 *
 * @param order `<`, `>`, `=` or `|`, if it is not in the name
 * @returns undefined for what is not a number of a size that JavaScript has
 */
export function numpyType(name: string, order?: string): NumpyType | undefined {
  const [, mark = '=', code = ''] = /^([<>=|]?)(.+)$/.exec(name) ?? [];
  const Type = Object.hasOwn(TYPES, code) ? TYPES[code] : undefined;
  const bytes = order ?? mark;
  const isBig = endianness() === 'BE';
  return Type && { Type, isSwapped: bytes === (isBig ? '<' : '>') };
}

/** An array as NumPy has it in memory or in a file. */
export interface NumpyArray {
  readonly shape: readonly number[];
  /** `<f4`; what is not a number is kept for the error. */
  readonly typeName: string;
  readonly type: NumpyType | undefined;
  /** Columns first, as in Fortran. */
  readonly isFortran: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Makes an array readable: in rows, in the order of this machine's bytes. Numbers are copied out of the file when they are read.
 *
 * @throws LamoError `wrong-type`, `damaged-file`
 */
export function numpySource(path: string, key: string, array: NumpyArray): NumberSource {
  const { shape, type, typeName, bytes } = array;
  if (type === undefined) {
    throw new LamoError({
      where: 'data/numpy',
      code: 'wrong-type',
      problem: `\`${key}\` of ${path} has an unsupported type`,
      expected: 'numbers: float32, float64, booleans, or integers',
      received: typeName,
    });
  }
  const length = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(length) || length < 0 || length * type.Type.BYTES_PER_ELEMENT !== bytes.length) {
    throw new LamoError({
      where: 'data/numpy',
      code: 'damaged-file',
      problem: `\`${key}\` of ${path} has another size than its shape says`,
      expected: `${length * type.Type.BYTES_PER_ELEMENT} bytes for [${shape.join(', ')}] of ${typeName}`,
      received: `${bytes.length}`,
      hint: 'Download or copy the file again.',
    });
  }
  return { key, shape, read: (use) => use(decode(array, type)) };
}

function decode({ bytes, shape, isFortran }: NumpyArray, { Type, isSwapped }: NumpyType): NumberArray {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  const size = Type.BYTES_PER_ELEMENT;
  const buffer = Buffer.from(copy.buffer);
  if (isSwapped && size > 1)
    ({ 2: () => buffer.swap16(), 4: () => buffer.swap32(), 8: () => buffer.swap64() })[size]!();
  const numbers = new Type(copy.buffer);
  return isFortran && shape.filter((side) => side !== 1).length > 1 ? toRows(numbers, shape) : numbers;
}

/** Turns an array in which the first index runs fastest into one in which the last does. */
function toRows(numbers: NumberArray, shape: readonly number[]): NumberArray {
  const rows = numbers.slice() as Float64Array;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < rows.length; to++) {
    rows[to] = (numbers as Float64Array)[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return rows;
}
