import { LamoError } from '@lamo/core';
import { type NumpyArray, numpyType } from '../numpy-array';

/** What a pickle is made of here, and nothing else. Lists and tuples are arrays, dicts are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Known
  | PickledType
  | PickledArray;

/** One of the few names that a pickle may mention. It stands for itself: nothing is looked up, and nothing run. */
export class Known {
  constructor(readonly name: string) {}
}

/** A type of NumPy, before and after its state is set. */
export class PickledType {
  order: string | undefined;

  constructor(readonly name: string) {}
}

/** An array of NumPy, before and after its state is set. */
export class PickledArray {
  array: NumpyArray | undefined;
}

/** Modules in which the names below are, in old and in new NumPy, and in Python 2 and 3. */
const NAMES: Readonly<Record<string, string>> = {
  'numpy.core.multiarray._reconstruct': 'reconstruct',
  'numpy._core.multiarray._reconstruct': 'reconstruct',
  'numpy.core.multiarray.scalar': 'scalar',
  'numpy._core.multiarray.scalar': 'scalar',
  'numpy.core.numeric._frombuffer': 'frombuffer',
  'numpy._core.numeric._frombuffer': 'frombuffer',
  'numpy.ndarray': 'ndarray',
  'numpy.dtype': 'dtype',
  '_codecs.encode': 'encode',
  'builtins.bytearray': 'bytearray',
  '__builtin__.bytearray': 'bytearray',
  'builtins.bytes': 'bytearray',
  '__builtin__.bytes': 'bytearray',
};

/** @throws LamoError `not-allowed` for every other name */
export function findKnown(path: string, module: string, name: string): Known {
  const full = `${module}.${name}`;
  if (Object.hasOwn(NAMES, full)) return new Known(NAMES[full]!);
  throw notAllowed(path, `\`${full}\``);
}

/** Makes what a known name makes of its arguments. @throws LamoError `not-allowed`, `damaged-file` */
export function make(path: string, known: PickleValue, given: PickleValue): PickleValue {
  const args = Array.isArray(given) ? given : [];
  const name = known instanceof Known ? known.name : undefined;
  const maker = name !== undefined && Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  const made = maker?.(args);
  if (made !== undefined) return made;
  throw notAllowed(
    path,
    name === undefined
      ? 'a call of something that is not a name'
      : `a call of \`${name}\` with ${args.length} other arguments than NumPy gives`,
  );
}

const MAKERS: Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue | undefined>> = {
  reconstruct: ([type]) =>
    type instanceof Known && type.name === 'ndarray' ? new PickledArray() : undefined,
  dtype: ([name]) => {
    const text = textOf(name);
    return text === undefined ? undefined : new PickledType(text);
  },
  scalar: ([type, bytes]) => {
    const data = bytesOf(bytes);
    if (!(type instanceof PickledType) || data === undefined) return undefined;
    return filled([], type, false, data);
  },
  frombuffer: ([bytes, type, shape, order]) => {
    const data = bytesOf(bytes);
    const sides = shapeOf(shape);
    if (!(type instanceof PickledType) || data === undefined || sides === undefined) return undefined;
    return filled(sides, type, textOf(order) === 'F', data);
  },
  encode: ([text]) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : undefined),
  bytearray: ([bytes]) => (bytes === undefined ? Buffer.alloc(0) : bytesOf(bytes)),
};

/** Sets the state of an array or a type, as NumPy does. @throws LamoError `not-allowed` */
export function setState(path: string, object: PickleValue | undefined, state: PickleValue): void {
  const parts = Array.isArray(state) ? state : [];
  if (object instanceof PickledType && parts.length > 1) {
    object.order = textOf(parts[1]);
    return;
  }
  const [, shape, type, isFortran, data] = parts;
  const sides = shapeOf(shape);
  const bytes = bytesOf(data);
  if (object instanceof PickledArray && sides !== undefined && type instanceof PickledType) {
    // Arrays of objects have a list; they are refused where their numbers are wanted.
    object.array = filled(sides, type, isFortran === true, bytes ?? Buffer.alloc(0)).array;
    return;
  }
  throw notAllowed(path, 'the state of something other than an array of NumPy');
}

function filled(
  shape: readonly number[],
  type: PickledType,
  isFortran: boolean,
  bytes: Uint8Array,
): PickledArray {
  const made = new PickledArray();
  made.array = { shape, typeName: type.name, type: numpyType(type.name, type.order), isFortran, bytes };
  return made;
}

function shapeOf(value: PickleValue | undefined): number[] | undefined {
  const isShape =
    Array.isArray(value) &&
    value.length <= 32 &&
    value.every((side) => typeof side === 'number' && side >= 0);
  return isShape ? (value as number[]) : undefined;
}

/** Text; Python 2 has bytes instead. */
export function textOf(value: PickleValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : undefined;
}

function bytesOf(value: PickleValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array
    ? value
    : typeof value === 'string'
      ? Buffer.from(value, 'latin1')
      : undefined;
}

export function notAllowed(path: string, received: string): LamoError {
  return new LamoError({
    where: 'data/pickle',
    code: 'not-allowed',
    problem: `${path} has something in it that is not read from pickles, because it may run a program`,
    expected: 'lists, dicts, text, numbers, bytes and arrays of NumPy',
    received,
    hint: 'If you trust the file, load it in Python, and save its arrays with `numpy.savez_compressed`.',
  });
}
