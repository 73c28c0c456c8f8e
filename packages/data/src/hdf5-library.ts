import { LamoError, writeError } from '@lamo/core';
import type { Dataset, File, ready } from 'h5wasm/node';

/** The functions that the C library exports. */
export type Hdf5Module = Awaited<typeof ready>;

/** The HDF5 C library, compiled to WebAssembly. It reads and writes the host's files in place. */
export interface Hdf5Library {
  readonly module: Hdf5Module;
  readonly File: typeof File;
  readonly Dataset: typeof Dataset;
}

/** What the library returned, and the errors it printed meanwhile ('' if none). */
export interface Heard<T> {
  readonly value: T;
  readonly report: string;
}

/** Loads the library on first use: 4 MB that only readers of HDF5 pay for. */
export async function loadHdf5(): Promise<Hdf5Library> {
  const { default: h5wasm } = await import('h5wasm/node');
  return { module: await h5wasm.ready, File: h5wasm.File, Dataset: h5wasm.Dataset };
}

/**
 * Calls the library and captures the errors that it prints. The C library prints its error stack to standard error
 * and carries on; here the text is kept for the error that the caller throws.
 */
export function listen<T>(module: Hdf5Module, call: () => T): Heard<T> {
  const { streams } = module.FS as unknown as { streams: (object | null)[] };
  const standardError = streams[STANDARD_ERROR] ?? null;
  let report = '';
  const write = (_stream: unknown, heap: Int8Array, offset: number, length: number) => {
    report += Buffer.from(heap.buffer, heap.byteOffset + offset, length).toString('latin1');
    return length;
  };
  streams[STANDARD_ERROR] = Object.create(standardError, {
    node: { value: { mode: CHARACTER_DEVICE } },
    stream_ops: { value: { write } },
  });
  try {
    return { value: call(), report };
  } finally {
    streams[STANDARD_ERROR] = standardError;
  }
}

/** Calls the library to write, and turns its messages into errors of `path`. It hides errno in their text. @throws LamoError `disk-full`, `not-writable` */
export function guardWriting<T>(module: Hdf5Module, path: string, call: () => T): T {
  const { value, report } = listen(module, call);
  if (report === '') return value;
  const full = /No space left on device|Disk quota exceeded/i.test(report);
  throw writeError(path, Object.assign(new Error(report), full ? { code: 'ENOSPC' } : {}));
}

/**
 * Lends `bytes` of the library's memory to `use`. Views of it are invalid after any other call, which may move it.
 *
 * @param what named in the error
 * @throws LamoError `too-large`
 */
export function withHeap<T>(module: Hdf5Module, what: string, bytes: number, use: (pointer: number) => T): T {
  const pointer = bytes <= module.MAXIMUM_MEMORY ? module._malloc(Math.max(bytes, 1)) : 0;
  if (pointer === 0) {
    throw new LamoError({
      where: 'data/hdf5',
      code: 'too-large',
      problem: `${what} does not fit in memory`,
      expected: `at most ${module.MAXIMUM_MEMORY} bytes in one array`,
      received: `${bytes}`,
    });
  }
  try {
    return use(pointer);
  } finally {
    module._free(pointer);
  }
}

const STANDARD_ERROR = 2;
const CHARACTER_DEVICE = 0o020000;
