import { LamoError } from '@lamo/core';
import { findColumn, type Hdf5File } from '../hdf5-file';
import type { NumberSource } from './number-source';

/** A group of an HDF5 file that is an episode. */
export interface EpisodeGroup {
  readonly name: string;
  /** Keys of what is in it, relative to it. */
  readonly keys: readonly string[];
}

/**
 * Finds the groups that are episodes, by their numbers.
 *
 * @param pattern of keys: the group's name, its number, and the rest
 */
export function groupColumns(file: Hdf5File, pattern: RegExp): EpisodeGroup[] {
  const groups = new Map<string, { number: number; keys: string[] }>();
  for (const key of [...file.columns.keys(), ...file.unreadable.keys()]) {
    const [, name, number, rest] = pattern.exec(key) ?? [];
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { number: Number(number), keys: [rest!] });
    else group.keys.push(rest!);
  }
  const sorted = [...groups].sort(([, a], [, b]) => a.number - b.number);
  return sorted.map(([name, { keys }]) => ({ name, keys }));
}

/** Extra columns in a group of an episode: numbers, or why something cannot be read. Text and single values are not columns. */
export function infoColumns(
  file: Hdf5File,
  group: string,
  keys: readonly string[],
  within: string,
): ReadonlyMap<string, NumberSource | LamoError> {
  const infos = new Map<string, NumberSource | LamoError>();
  for (const key of keys) {
    if (!key.startsWith(`${within}/`)) continue;
    const name = key.slice(within.length + 1);
    try {
      const column = findColumn(file, `${group}/${key}`);
      if (column.kind === 'numbers' && column.shape.length > 0) infos.set(name, column);
    } catch (error) {
      if (!LamoError.isInstance(error)) throw error;
      infos.set(name, error);
    }
  }
  return infos;
}
