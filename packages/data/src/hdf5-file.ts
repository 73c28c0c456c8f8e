import { resolve } from 'node:path';
import type { Dataset as H5Dataset } from 'h5wasm/node';
import { LamoError } from './errors';
import { type Hdf5Library, type Hdf5Module, listen, loadHdf5, withHeap } from './hdf5-library';
import { checkHdf5Signature } from './hdf5-signature';

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

/** One array or scalar of an HDF5 file. */
export interface Hdf5Column {
  /** Slash-joined path from the root: `infos/qpos`. */
  readonly key: string;
  /** Length of each dimension; a scalar has none. */
  readonly shape: readonly number[];
  readonly kind: 'numbers' | 'text' | 'other';
  /**
   * Reads all numbers and hands them to `use` as a view that is valid only during the call.
   * @throws LamoError `damaged-file`, `too-large`, `wrong-type`
   */
  read<T>(use: (numbers: NumberArray) => T): T;
  /** @throws LamoError `damaged-file`, `wrong-type` */
  readText(): string;
}

/** An open HDF5 file: its arrays by key. */
export interface Hdf5File {
  readonly path: string;
  readonly columns: ReadonlyMap<string, Hdf5Column>;
}

/**
 * Opens an HDF5 file for reading, hands it to `use` and closes it again, whatever happens.
 *
 * @throws LamoError `file-not-found`, `not-readable`, `empty-file`, `not-hdf5`, `truncated-file`, `damaged-file`
 */
export async function withHdf5File<T>(path: string, use: (file: Hdf5File) => T): Promise<T> {
  checkHdf5Signature(path);
  const library = await loadHdf5();
  const { value: file, report } = listen(library.module, () => new library.File(resolve(path), 'r'));
  if (file.file_id < 0n) throw openError(path, report);
  try {
    const columns = new Map<string, Hdf5Column>();
    for (const key of guard(library.module, path, 'the list of its keys', () => file.paths())) {
      const entity = guard(library.module, path, key, () => file.get(key));
      if (entity instanceof library.Dataset) columns.set(key, describeColumn(library, path, key, entity));
    }
    return use({ path, columns });
  } finally {
    listen(library.module, () => file.close());
  }
}

/**
 * Finds a column by its key.
 *
 * @throws LamoError `missing-key`, which names the keys that are there
 */
export function findColumn(file: Hdf5File, key: string): Hdf5Column {
  const column = file.columns.get(key);
  if (column) return column;
  const keys = Array.from(file.columns.keys());
  const shown =
    keys.length > 16 ? `${keys.slice(0, 16).join(', ')} and ${keys.length - 16} more` : keys.join(', ');
  throw new LamoError({
    where: 'data/hdf5',
    code: 'missing-key',
    problem: `${file.path} has no \`${key}\``,
    expected: `an array named \`${key}\``,
    received: keys.length === 0 ? 'a file without arrays' : `a file with ${shown}`,
  });
}

const AGAIN = 'Download or copy the file again and compare its size and checksum.';

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

function describeColumn({ module }: Hdf5Library, path: string, key: string, dataset: H5Dataset): Hdf5Column {
  const metadata = guard(module, path, key, () => dataset.metadata);
  const { H5T_INTEGER, H5T_FLOAT, H5T_STRING } = module.H5T_class_t;
  // h5py stores booleans as an enumeration of integers.
  const type = metadata.enum_type?.type ?? metadata.type;
  const sign = metadata.signed ? 'signed' : 'unsigned';
  const format = type === H5T_FLOAT.value ? 'float' : type === H5T_INTEGER.value ? sign : 'none';
  const NumberType = NUMBER_TYPES[`${format}${metadata.size}`];
  const isText = type === H5T_STRING.value;
  return {
    key,
    shape: metadata.shape ?? [0],
    kind: NumberType ? 'numbers' : isText ? 'text' : 'other',
    read: (use) => {
      if (!NumberType) throw wrongType(path, key, 'numbers');
      return readNumbers(module, dataset, path, key, (bytes, offset) =>
        use(new NumberType(bytes, offset, metadata.total_size)),
      );
    },
    readText: () => {
      if (!isText) throw wrongType(path, key, 'text');
      return String(guard(module, path, key, () => dataset.value));
    },
  };
}

/** Reads a dataset into the library's memory. h5wasm's own `value` ignores a failed read and copies once more. */
function readNumbers<T>(
  module: Hdf5Module,
  dataset: H5Dataset,
  path: string,
  key: string,
  use: (buffer: ArrayBufferLike, offset: number) => T,
): T {
  const { size, total_size } = dataset.metadata;
  return withHeap(module, `\`${key}\` of ${path}`, size * total_size, (pointer) => {
    guard(module, path, key, () =>
      module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(pointer)),
    );
    return use(module.HEAPU8.buffer, pointer);
  });
}

/** Makes a library call and turns every complaint into an error that names the file and the place in it. */
function guard<T>(module: Hdf5Module, path: string, place: string, call: () => T): T {
  let complaint: unknown;
  try {
    const { value, report } = listen(module, call);
    if (report === '') return value;
    complaint = report;
  } catch (error) {
    complaint = error;
  }
  throw new LamoError({
    where: 'data/hdf5',
    code: 'damaged-file',
    problem: `${path} is damaged: \`${place}\` cannot be read`,
    hint: AGAIN,
    cause: complaint,
  });
}

function openError(path: string, report: string): LamoError {
  const [, received, expected] = /truncated file: eof = (\d+).*stored_eof = (\d+)/.exec(report) ?? [];
  return new LamoError({
    where: 'data/hdf5',
    code: received ? 'truncated-file' : 'damaged-file',
    problem: received ? `${path} is cut off` : `${path} begins like an HDF5 file but cannot be opened`,
    ...(received ? { expected: `${expected} bytes`, received } : {}),
    hint: AGAIN,
    cause: report,
  });
}

function wrongType(path: string, key: string, expected: string): LamoError {
  return new LamoError({
    where: 'data/hdf5',
    code: 'wrong-type',
    problem: `\`${key}\` of ${path} has a type that cannot be used here`,
    expected,
    received: 'something else',
  });
}
