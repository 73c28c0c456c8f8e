import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { listen, loadHdf5 } from './hdf5-library';
import { findHdf5Start } from './hdf5-signature';

/** Tells whether a file starts like HDF5. */
export function isHdf5File(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    return findHdf5Start(file) !== undefined;
  } finally {
    closeSync(file);
  }
}

/** Lists the groups and arrays at the root of an HDF5 file; undefined if it cannot be opened, which its reader explains. */
export async function listHdf5Root(path: string): Promise<readonly string[] | undefined> {
  const { module, File } = await loadHdf5();
  const { value: file } = listen(module, () => new File(resolve(path), 'r'));
  if (file.file_id < 0n) return undefined;
  try {
    const { value, report } = listen(module, () => file.keys());
    return report === '' ? value : undefined;
  } catch {
    return undefined;
  } finally {
    listen(module, () => file.close());
  }
}
