import type { ColumnArray } from '@lamo/core';
import { loadHdf5 } from '../src/hdf5-library';

/** Writes an HDF5 file of any layout with h5wasm, for tests of files that {@link writeD4rl} would never write. */
export async function writeHdf5(
  path: string,
  arrays: Readonly<
    Record<string, { shape: number[]; data: ColumnArray | Float64Array | Int32Array | string[] }>
  >,
): Promise<void> {
  const { File } = await loadHdf5();
  const file = new File(path, 'w');
  for (const [key, { shape, data }] of Object.entries(arrays)) {
    const parts = key.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const group = parts.slice(0, depth).join('/');
      if (file.get(group) === null) file.create_group(group);
    }
    file.create_dataset({ name: key, data, shape });
  }
  file.close();
}
