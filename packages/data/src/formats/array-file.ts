import { LamoError } from '@lamo/core';
import type { Hdf5Column } from '../hdf5-column';
import type { Hdf5File } from '../hdf5-file';
import type { NumberSource } from './number-source';

/** Gives arrays of any file the form of an open HDF5 file, so that D4RL's layout is read from it in the same way. */
export function arrayFile(path: string, arrays: ReadonlyMap<string, NumberSource | LamoError>): Hdf5File {
  const columns = new Map<string, Hdf5Column>();
  const unreadable = new Map<string, LamoError>();
  for (const [key, array] of arrays) {
    if (LamoError.isInstance(array)) unreadable.set(key, array);
    else columns.set(key, column(path, array));
  }
  return { path, columns, unreadable };
}

function column(path: string, { key, shape, read }: NumberSource): Hdf5Column {
  const readText = () => {
    throw new LamoError({
      where: 'data/formats',
      code: 'wrong-type',
      problem: `\`${key}\` of ${path} has an unsupported type`,
      expected: 'text',
      received: 'numbers',
    });
  };
  // They are in memory already.
  const readPieces: Hdf5Column['readPieces'] = (use) => read((numbers) => use(numbers, 0));
  return { key, shape, kind: 'numbers', read, readPieces, readText, checkWritten: () => {} };
}
