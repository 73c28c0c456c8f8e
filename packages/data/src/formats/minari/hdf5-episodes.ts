import { LamoError } from '@lamo/core';
import { findColumn, type Hdf5File, withHdf5File } from '../../hdf5-file';
import type { Episode, Parts } from '../episode';
import { groupColumns, infoColumns } from '../hdf5-groups';
import type { PartChoice } from './part-choice';

/**
 * Opens the HDF5 file of a Minari set, one group for each episode, and hands the episodes to `use` while it is open.
 *
 * @throws LamoError what HDF5 files throw, `missing-key`, `missing-episode`
 */
export function readHdf5Episodes<T>(
  path: string,
  parts: PartChoice,
  use: (episodes: Episode[]) => T,
): Promise<T> {
  return withHdf5File(path, (file) => {
    const groups = groupColumns(file, /^(episode_(\d+))\/(.+)$/);
    if (groups.length === 0) throw noEpisodes(path);
    const chosen = parts(
      [...groups[0]!.keys].filter(isObservation).map((key) => key.replace(/^observations\/?/, '')),
    );
    return use(groups.map(({ name, keys }) => readEpisode(file, name, keys, chosen)));
  });
}

const isObservation = (key: string) => /^observations(\/|$)/.test(key);

function readEpisode(
  file: Hdf5File,
  name: string,
  keys: readonly string[],
  chosen: ReadonlyMap<string, string>,
): Episode {
  const find = (key: string) => findColumn(file, `${name}/${key}`);
  const observations: Parts = new Map(
    [...chosen].map(([part, key]) => [part, find(key === '' ? 'observations' : `observations/${key}`)]),
  );
  const actions = find('actions');
  return {
    name,
    rows: actions.shape[0] ?? 0,
    observations,
    actions,
    rewards: find('rewards'),
    terminated: find('terminations'),
    truncated: find('truncations'),
    infos: infoColumns(file, name, keys, 'infos'),
  };
}

function noEpisodes(path: string): LamoError {
  return new LamoError({
    where: 'data/minari',
    code: 'missing-episode',
    problem: `${path} has no episodes`,
    expected: 'groups `episode_0`, `episode_1` …',
  });
}
