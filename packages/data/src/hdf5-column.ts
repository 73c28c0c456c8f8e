import { LamoError } from '@lamo/core';
import type { Dataset as H5Dataset } from 'h5wasm/node';
import { type Hdf5Library, type Hdf5Module, listen, withHeap } from './hdf5-library';
import type { LinkEnd } from './hdf5-links';
import { findStorage, type Hdf5Storage } from './hdf5-storage';

/** Numbers as an HDF5 file stores them. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Tells whether numbers are integers of 64 bits, which JavaScript does not mix with others. */
export function isBig(numbers: NumberArray): numbers is BigInt64Array | BigUint64Array {
  return numbers instanceof BigInt64Array || numbers instanceof BigUint64Array;
}

/** One array or scalar of an HDF5 file. */
export interface Hdf5Column {
  /** Slash-joined path from the root: `infos/qpos`. */
  readonly key: string;
  /** Length of each dimension; a scalar has none. */
  readonly shape: readonly number[];
  readonly kind: 'numbers' | 'text' | 'other';
  /**
   * Reads all numbers and hands them to `use` as a view that is valid only during the call.
   * @throws LamoError `outside-file`, `unknown-filter`, `damaged-file`, `too-large`, `wrong-type`
   */
  read<T>(use: (numbers: NumberArray) => T): T;
  /**
   * Reads all numbers as {@link read} does, a few rows at a time, which takes less memory. Views are valid only during the call.
   * @param use is told how many numbers came before
   */
  readPieces(use: (numbers: NumberArray, before: number) => void): void;
  /** @throws LamoError `damaged-file`, `wrong-type` */
  readText(): string;
  /** @throws LamoError `never-written` if the file has space for numbers, but no numbers */
  checkWritten(): void;
}

const NUMBER_TYPES: Readonly<
  Record<string, { new (buffer: ArrayBufferLike, offset: number, length: number): NumberArray }>
> = {
  float4: Float32Array,
  float8: Float64Array,
  signed1: Int8Array,
  signed2: Int16Array,
  signed4: Int32Array,
  signed8: BigInt64Array,
  unsigned1: Uint8Array,
  unsigned2: Uint16Array,
  unsigned4: Uint32Array,
  unsigned8: BigUint64Array,
};

/** @param end where the dataset is, if links lead to another file */
export function describeColumn(
  { module }: Hdf5Library,
  path: string,
  key: string,
  dataset: H5Dataset,
  end: LinkEnd,
): Hdf5Column {
  const metadata = guard(module, path, key, () => dataset.metadata);
  const { H5T_INTEGER, H5T_FLOAT, H5T_STRING } = module.H5T_class_t;
  // h5py stores booleans as an enumeration of integers.
  const type = metadata.enum_type?.type ?? metadata.type;
  const sign = metadata.signed ? 'signed' : 'unsigned';
  const format = type === H5T_FLOAT.value ? 'float' : type === H5T_INTEGER.value ? sign : 'none';
  const NumberType = NUMBER_TYPES[`${format}${metadata.size}`];
  const isText = type === H5T_STRING.value;
  const typeName = format === 'none' ? 'neither numbers nor text' : `${format} of ${8 * metadata.size} bits`;
  const storage = () => storageOf(module, path, key, dataset, end);
  const checkReadable = () => {
    if (!NumberType) throw wrongType(path, key, 'numbers', isText ? 'text' : typeName);
    if (metadata.virtual_sources) throw outsideFile(path, key, metadata.virtual_sources);
    if (storage().isExternal) throw outsideFile(path, key);
  };
  return {
    key,
    shape: metadata.shape ?? [0],
    kind: NumberType ? 'numbers' : isText ? 'text' : 'other',
    read: (use) => {
      checkReadable();
      return readNumbers(module, dataset, path, key, undefined, (bytes, offset, length) =>
        use(new NumberType!(bytes, offset, length)),
      );
    },
    readPieces: (use) => {
      checkReadable();
      let before = 0;
      for (const rows of piecesOf(dataset.metadata))
        readNumbers(module, dataset, path, key, rows, (bytes, offset, length) => {
          use(new NumberType!(bytes, offset, length), before);
          before += length;
        });
    },
    readText: () => {
      if (!isText) throw wrongType(path, key, 'text', NumberType ? 'numbers' : typeName);
      return String(guard(module, path, key, () => dataset.value));
    },
    checkWritten: () => {
      if (metadata.total_size > 0 && !storage().isWritten) throw neverWritten(path, key);
    },
  };
}

/** Calls the library and turns its errors into one that names the file and the place in it. */
export function guard<T>(module: Hdf5Module, path: string, place: string, call: () => T): T {
  let complaint: unknown;
  try {
    const { value, report } = listen(module, call);
    if (report === '') return value;
    complaint = report;
  } catch (error) {
    complaint = error;
  }
  throw damaged(path, place, complaint);
}

function damaged(path: string, place: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'data/hdf5',
    code: 'damaged-file',
    problem: `${path} is damaged: \`${place}\` cannot be read`,
    hint: AGAIN,
    cause,
  });
}

/** What to do about damage. */
export const AGAIN = 'Download or copy the file again and compare its size and checksum.';

/** Some rows of a dataset. */
interface Rows {
  readonly start: number;
  readonly count: number;
}

/** Bytes of a piece, about. */
const PIECE_BYTES = 2 ** 20;

/** Whole chunks, so that none is unpacked twice. A scalar, and what is small, is one piece. */
function* piecesOf({ shape, chunks, size, total_size }: H5Dataset['metadata']): Generator<Rows | undefined> {
  const rows = shape?.[0] ?? 0;
  if (size * total_size <= PIECE_BYTES) {
    yield undefined;
    return;
  }
  const least = chunks?.[0] ?? 1;
  const count = least * Math.max(1, Math.floor(PIECE_BYTES / ((least * size * total_size) / rows)));
  for (let start = 0; start < rows; start += count) yield { start, count: Math.min(count, rows - start) };
}

/**
 * Reads a dataset into the library's memory. h5wasm's own `value` ignores a failed read and copies once more.
 *
 * @param rows which ones; undefined: all
 */
function readNumbers<T>(
  module: Hdf5Module,
  dataset: H5Dataset,
  path: string,
  key: string,
  rows: Rows | undefined,
  use: (buffer: ArrayBufferLike, offset: number, length: number) => T,
): T {
  const { size, total_size, shape } = dataset.metadata;
  const length = rows === undefined ? total_size : (total_size / shape![0]!) * rows.count;
  const [count, offset, strides] =
    rows === undefined
      ? [null, null, null]
      : [
          [rows.count, ...shape!.slice(1)],
          shape!.map((_, i) => (i === 0 ? rows.start : 0)),
          shape!.map(() => 1),
        ].map((numbers) => numbers.map(BigInt));
  return withHeap(module, `\`${key}\` of ${path}`, size * length, (pointer) => {
    const read = () =>
      module.get_dataset_data(dataset.file_id, dataset.path, count!, offset!, strides!, BigInt(pointer));
    try {
      guard(module, path, key, read);
    } catch (error) {
      // Only now: a chunk may have been stored unfiltered because the filter gained nothing.
      throw missingFilter(module, dataset, path, key, error) ?? error;
    }
    return use(module.HEAPU8.buffer, pointer, length);
  });
}

function storageOf(
  module: Hdf5Module,
  path: string,
  key: string,
  { file_id, path: objectPath, metadata }: H5Dataset,
  end: LinkEnd,
): Hdf5Storage {
  const { chunks, shape } = metadata;
  const count = chunks?.reduce((product, length, i) => product * Math.ceil(shape![i]! / length), 1) ?? 0;
  const reference = guard(module, path, key, () => module.create_object_reference(file_id, objectPath));
  const bytes = Buffer.from(reference);
  try {
    return findStorage(end.path, Number(bytes.readBigUInt64LE()), count);
  } catch (cause) {
    throw damaged(path, key, cause);
  }
}

/** Filters that the library has: gzip, shuffle, fletcher32, szip, n-bit, scale-offset. */
const LAST_OWN_FILTER = 6;
const FILTERS: Readonly<Record<number, string>> = {
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bitshuffle',
  32013: 'zfp',
  32015: 'zstd',
  32026: 'blosc2',
};

function missingFilter(
  module: Hdf5Module,
  { file_id, path: objectPath }: H5Dataset,
  path: string,
  key: string,
  cause: unknown,
): LamoError | undefined {
  const filters = listen(module, () => module.get_dataset_filters(file_id, objectPath)).value;
  const filter = filters.find(({ id }) => id > LAST_OWN_FILTER);
  if (filter === undefined) return undefined;
  const name = FILTERS[filter.id] ?? (filter.name || 'an unnamed filter');
  return new LamoError({
    where: 'data/hdf5',
    code: 'unknown-filter',
    problem: `\`${key}\` of ${path} is compressed with ${name} (filter ${filter.id}), which cannot be read here`,
    expected: 'gzip, szip or no compression',
    hint: `On a machine that has the filter, store it again: \`h5repack -f GZIP=4 ${path} repacked.hdf5\`. Or ${inPython(path, filter.id === 32000 ? '' : 'hdf5plugin')}`,
    cause,
  });
}

function outsideFile(path: string, key: string, sources?: readonly { file_name: string }[]): LamoError {
  const names = [...new Set(sources?.map(({ file_name }) => file_name))];
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  return new LamoError({
    where: 'data/hdf5',
    code: 'outside-file',
    problem: `The numbers of \`${key}\` are stored outside ${path}: missing ones would be read as zeros`,
    expected: 'numbers in the file itself',
    received: names.length > 0 ? `a virtual dataset over ${shown}` : 'external storage in raw files',
    hint: `On a machine that has all those files, store it again: ${inPython(path)}`,
  });
}

/** How to rewrite a file so that all its arrays are stored plainly. */
function inPython(path: string, plugin = ''): string {
  const imports = ['h5py', ...(plugin === '' ? [] : [plugin])].join(', ');
  return `in Python, \`import ${imports}; a = h5py.File('${path}'); b = h5py.File('plain.hdf5', 'w'); a.visititems(lambda k, x: b.create_dataset(k, data=x[()]) if isinstance(x, h5py.Dataset) else None)\`.`;
}

function neverWritten(path: string, key: string): LamoError {
  return new LamoError({
    where: 'data/hdf5',
    code: 'never-written',
    problem: `\`${key}\` of ${path}, or a part of it, was never written: it would be read as zeros`,
    expected: 'a number in the file for each element',
    received: 'space that was reserved but not filled',
    hint: 'The program that made it stopped early, or made more rows than it had: cut all arrays to the rows that were written.',
  });
}

function wrongType(path: string, key: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'data/hdf5',
    code: 'wrong-type',
    problem: `\`${key}\` of ${path} has an unsupported type`,
    expected,
    received,
  });
}
