import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Hdf5Library, listen } from './hdf5-library';

/** Where the links of a key lead. */
export interface LinkEnd {
  /** The file that has the object: another one behind an external link. */
  readonly path: string;
  /** Path of the object in it. */
  readonly key: string;
  /** Why the object cannot be reached. */
  readonly failure?: string;
}

const MOST_HOPS = 32;

/** Follows the soft and external links of a key, across files if need be. */
export function followLinks(library: Hdf5Library, path: string, key: string, hops = 0): LinkEnd {
  const { module, File } = library;
  if (hops > MOST_HOPS) return { path, key, failure: 'a link that leads to itself' };
  const { value: file } = listen(module, () => new File(path, 'r'));
  if (file.file_id < 0n) return { path, key, failure: `a link into ${path}, which cannot be opened` };
  const next = listen(module, () => firstLink(library, file.file_id, key)).value;
  const exists = listen(module, () => module.get_type(file.file_id, key)).value >= 0;
  listen(module, () => file.close());
  if (next === undefined)
    return exists ? { path, key } : { path, key, failure: `a link to ${key} of ${path}, which is not there` };
  if (next.file === undefined) return followLinks(library, path, next.key, hops + 1);
  const target = findTarget(path, next.file);
  if (target !== undefined) return followLinks(library, target, next.key, hops + 1);
  return {
    path: next.file,
    key: next.key,
    failure: `a link to ${next.key} of ${next.file}, which is not there`,
  };
}

/** The first link on the way to a key, with the rest of the way behind it; a file if it leads to another one. */
function firstLink(
  { module }: Hdf5Library,
  fileId: bigint,
  key: string,
): { readonly key: string; readonly file?: string } | undefined {
  const parts = key.split('/').filter((part) => part !== '');
  for (let end = 1; end <= parts.length; end++) {
    const parent = parts.slice(0, end - 1);
    const rest = parts.slice(end);
    const place = `/${parts.slice(0, end).join('/')}`;
    const external = module.get_external_link(fileId, place);
    if (external.filename !== undefined) {
      return { file: external.filename, key: [external.obj_path, ...rest].join('/') };
    }
    const soft: string | null = module.get_symbolic_link(fileId, place);
    if (soft)
      return { key: (soft.startsWith('/') ? [soft, ...rest] : ['', ...parent, soft, ...rest]).join('/') };
  }
  return undefined;
}

/** HDF5 looks beside the file that has the link, then in the working folder. */
function findTarget(path: string, target: string): string | undefined {
  return [resolve(dirname(path), target), resolve(target)].find(existsSync);
}
