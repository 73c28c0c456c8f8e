import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Dataset, InfoColumn } from '@lamo/core';
import { LamoError, type ReplaceFileOptions, replaceFile } from '@lamo/core';
import type { File as H5File } from 'h5wasm/node';
import { booleanTemplate } from './boolean-template';
import { type D4rlMetadataValue, spaceMetadata } from './d4rl-spaces';
import { guardWriting, type Hdf5Library, type Hdf5Module, listen, loadHdf5, withHeap } from './hdf5-library';
import { observationShape } from './observation-space';

/** Options of {@link writeD4rl}. */
export interface WriteD4rlOptions extends ReplaceFileOptions {
  /** Written to `metadata/<key>`; keys may have slashes: `policy/fc0/weight`. */
  readonly metadata?: Readonly<Record<string, D4rlMetadataValue>>;
}

/**
 * Writes a dataset as a D4RL file (HDF5) that D4RL, CORL and h5py read: float32 arrays in gzip chunks, `terminals` and
 * `timeouts` as booleans, extra columns in `infos`, images as bytes [N, height, width, channels], in `metadata/action_classes` how many classes actions are chosen
 * from, and in `metadata/observation_parts` which columns of observations have a name: the first, and one past the last. The file appears complete or not at all.
 *
 * @throws LamoError `disk-full`, `not-writable`, `write-failed`, `file-exists`; an earlier file at `path` is then untouched
 */
export async function writeD4rl(
  dataset: Dataset,
  path: string,
  options: WriteD4rlOptions = {},
): Promise<void> {
  const library = await loadHdf5();
  const write = (temporary: string) => {
    writeFileSync(temporary, booleanTemplate());
    withOpenFile(library, path, temporary, 'a', (file) =>
      writeColumns(library.module, path, file, dataset, options),
    );
    withOpenFile(library, path, temporary, 'r', (file) => checkRows(file, path, dataset.size));
  };
  replaceFile(path, write, options);
}

function withOpenFile(
  { module, File }: Hdf5Library,
  path: string,
  temporary: string,
  mode: 'a' | 'r',
  use: (file: H5File) => void,
): void {
  const file = guardWriting(module, path, () => new File(resolve(temporary), mode));
  try {
    use(file);
  } catch (error) {
    listen(module, () => file.close());
    throw error;
  }
  guardWriting(module, path, () => file.close());
}

function writeColumns(
  module: Hdf5Module,
  path: string,
  file: H5File,
  dataset: Dataset,
  { metadata = {} }: WriteD4rlOptions,
): void {
  const { size, actionSize, nextObservations } = dataset;
  const write = (key: string, data: InfoColumn['data'] | Uint8Array, ...row: readonly number[]) =>
    guardWriting(module, path, () => {
      const shape = [size, ...row];
      const chunks = chunkShape(shape, data instanceof Uint8Array);
      file.create_dataset({ name: key, data, shape, chunks, compression: 'gzip' });
    });

  const seen = observationShape(dataset);
  write('observations', dataset.observations, ...seen);
  write('actions', dataset.actions, actionSize);
  write('rewards', dataset.rewards);
  guardWriting(module, path, () => writeFlags(module, file, 'terminals', dataset.terminated));
  guardWriting(module, path, () => writeFlags(module, file, 'timeouts', dataset.truncated));
  if (nextObservations) write('next_observations', nextObservations, ...seen);
  for (const [key, { width, data }] of Object.entries(dataset.infos)) {
    guardWriting(module, path, () => createGroups(file, `infos/${key}`));
    write(`infos/${key}`, data, ...(width === 1 ? [] : [width]));
  }
  for (const [key, value] of Object.entries({ ...metadata, ...spaceMetadata(dataset) })) {
    guardWriting(module, path, () => writeMetadata(file, `metadata/${key}`, value));
  }
}

/** Fills an array of the template, whose type h5wasm's own `write_slice` refuses. */
function writeFlags(module: Hdf5Module, file: H5File, key: string, flags: Uint8Array): void {
  module.resize_dataset(file.file_id, key, [BigInt(flags.length)]);
  withHeap(module, `\`${key}\``, flags.length, (pointer) => {
    module.HEAPU8.set(flags, pointer);
    module.set_dataset_data(file.file_id, key, null, null, null, BigInt(pointer));
  });
}

function writeMetadata(file: H5File, key: string, value: D4rlMetadataValue): void {
  createGroups(file, key);
  if (typeof value === 'string') {
    file.create_dataset({
      name: key,
      data: value,
      shape: [],
      dtype: `S${Math.max(1, Buffer.byteLength(value))}`,
    });
  } else if (typeof value === 'number') {
    const dtype = Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? '<i' : '<d';
    file.create_dataset({ name: key, data: value, shape: [], dtype });
  } else {
    file.create_dataset({ name: key, data: value.data, shape: [...value.shape] });
  }
}

/** Creates the parent groups of a key that do not exist yet. */
function createGroups(file: H5File, key: string): void {
  const names = key.split('/').slice(0, -1);
  for (let depth = 1; depth <= names.length; depth++) {
    const group = names.slice(0, depth).join('/');
    if (file.get(group) === null) file.create_group(group);
  }
}

/** Whole rows, about 128 kB a chunk: one row is read without unpacking much, and gzip still works well. */
function chunkShape([rows, ...row]: readonly number[], isBytes: boolean): number[] {
  const width = row.reduce((product, length) => product * length, 1);
  const most = isBytes ? 131_072 : 32_768;
  return [Math.max(1, Math.min(rows!, Math.floor(most / width))), ...row];
}

function checkRows(file: H5File, path: string, rows: number): void {
  for (const key of ['observations', 'actions', 'rewards', 'terminals', 'timeouts']) {
    const entity = file.get(key);
    const received = entity && 'shape' in entity ? entity.shape?.[0] : undefined;
    if (received === rows) continue;
    throw new LamoError({
      where: 'data/d4rl',
      code: 'write-failed',
      problem: `${path} was not written completely: \`${key}\` is cut off`,
      expected: `${rows} rows`,
      received: `${received ?? 'none'}`,
    });
  }
}
