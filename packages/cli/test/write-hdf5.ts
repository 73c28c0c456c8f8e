import h5wasm from 'h5wasm/node';

/** Arrays by key, with their shapes. */
export type Hdf5Arrays = Readonly<Record<string, { readonly shape: number[]; readonly data: Float32Array }>>;

/** Writes an HDF5 file of any content, also such as `writeD4rl` would never write. */
export async function writeHdf5(path: string, arrays: Hdf5Arrays): Promise<void> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'w');
  for (const [name, { shape, data }] of Object.entries(arrays)) file.create_dataset({ name, data, shape });
  file.close();
}
