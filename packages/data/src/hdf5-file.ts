import { resolve } from 'node:path';
import { LamoError } from '@lamo/core';
import { AGAIN, describeColumn, guard, type Hdf5Column } from './hdf5-column';
import { type Hdf5Library, listen, loadHdf5 } from './hdf5-library';
import { followLinks } from './hdf5-links';
import { checkHdf5Signature } from './hdf5-signature';

/** An open HDF5 file: its arrays by key. */
export interface Hdf5File {
  readonly path: string;
  readonly columns: ReadonlyMap<string, Hdf5Column>;
  /** Why each other key does not lead to an array. */
  readonly unreadable: ReadonlyMap<string, LamoError>;
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
    const unreadable = new Map<string, LamoError>();
    for (const key of guard(library.module, path, 'the list of its keys', () => file.paths())) {
      try {
        const column = openColumn(library, file, path, key);
        if (column) columns.set(key, column);
      } catch (error) {
        if (!LamoError.isInstance(error)) throw error;
        unreadable.set(key, error);
      }
    }
    return use({ path, columns, unreadable });
  } finally {
    listen(library.module, () => file.close());
  }
}

/**
 * Finds a column by its key.
 *
 * @throws LamoError `missing-key`, which names the keys that are there, or why the key does not lead to an array
 */
export function findColumn(file: Hdf5File, key: string): Hdf5Column {
  const column = file.columns.get(key);
  if (column) return column;
  const failure = file.unreadable.get(key);
  if (failure) throw failure;
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

/** @returns undefined for groups and types; a group behind a link is an error, because its keys are not listed */
function openColumn(
  library: Hdf5Library,
  file: InstanceType<Hdf5Library['File']>,
  path: string,
  key: string,
): Hdf5Column | undefined {
  const end = isLink(library, file.file_id, key) ? followLinks(library, resolve(path), key) : undefined;
  if (end?.failure !== undefined) throw brokenLink(path, key, end.failure);
  const entity = guard(library.module, path, key, () => file.get(key));
  if (entity instanceof library.Dataset) {
    return describeColumn(library, path, key, entity, end ?? { path, key });
  }
  if (end) throw brokenLink(path, key, `a link to ${end.key} of ${end.path}, which is not an array`);
  return undefined;
}

function isLink({ module }: Hdf5Library, fileId: bigint, key: string): boolean {
  const { value } = listen(module, () => {
    const soft: string | null = module.get_symbolic_link(fileId, key);
    return soft || module.get_external_link(fileId, key).filename;
  });
  return Boolean(value);
}

function brokenLink(path: string, key: string, received: string): LamoError {
  return new LamoError({
    where: 'data/hdf5',
    code: 'broken-link',
    problem: `\`${key}\` of ${path} does not lead to an array`,
    expected: 'an array, or a link to one',
    received,
    hint: 'Put the linked file beside this one, or store the array in this file.',
  });
}

function openError(path: string, report: string): LamoError {
  const [, received, expected] = /truncated file: eof = (\d+).*stored_eof = (\d+)/.exec(report) ?? [];
  return new LamoError({
    where: 'data/hdf5',
    code: received ? 'truncated-file' : 'damaged-file',
    problem: received ? `${path} is cut off` : `${path} starts like an HDF5 file but cannot be opened`,
    ...(received ? { expected: `${expected} bytes`, received } : {}),
    hint: AGAIN,
    cause: report,
  });
}
