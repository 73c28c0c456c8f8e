import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Dataset, type DatasetWarning, LamoError } from '@lamo/core';
import { createDataset } from '../dataset';
import { findColumn, type Hdf5File, withHdf5File } from '../hdf5-file';
import { chooseParts } from './choose-parts';
import type { ReadDatasetOptions } from './dataset-format';
import type { Episode } from './episode';
import { type EpisodeGroup, groupColumns, infoColumns } from './hdf5-groups';
import { joinEpisodes, mostNumbers } from './join-episodes';
import type { NumberSource } from './number-source';
import type { Place } from './place';

/** Tells a file of robomimic, which has all its demonstrations in `data`. */
export function isRobomimic({ hdf5Keys = [] }: Place): boolean {
  return hdf5Keys.includes('data') && !hdf5Keys.includes('observations');
}

/**
 * Reads demonstrations of robomimic. Of the parts of observations those are read that are named, or all that are vectors (images are left out, with a
 * warning), by the order of their names; they are put side by side, and their columns named. `dones` become `terminated`; a demonstration
 * without one at its last row was cut there. `states` become a column of `infos`. Filter keys (`mask`) are not used.
 * Source: https://robomimic.github.io/docs/datasets/overview.html
 *
 * @throws LamoError `missing-episode`, `missing-key`, `unknown-part`, and what {@link joinEpisodes} throws
 */
export function readRobomimic(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  return withHdf5File(path, (file) => {
    const groups = groupColumns(file, /^(data\/demo_(\d+))\/(.+)$/);
    const first = groups[0];
    if (first === undefined) throw noDemonstrations(path);
    const { parts, warnings } = partsOf(file, first, options.observationParts);
    const input = joinEpisodes(
      groups.map((group) => readDemonstration(file, group, parts)),
      {
        ...{ path, name: options.name ?? basename(path, extname(path)), infos: options.infos !== false },
        mostNumbers: mostNumbers(statSync(path).size),
        actionSpace: options.actionSpace,
        observationSpace: options.observationSpace,
      },
    );
    return createDataset({ ...input, warnings: [...warnings, ...(input.warnings ?? [])] });
  });
}

interface PartsRead {
  readonly parts: readonly string[];
  readonly warnings: readonly DatasetWarning[];
}

function partsOf(
  file: Hdf5File,
  { name, keys }: EpisodeGroup,
  wanted: readonly string[] | undefined,
): PartsRead {
  const there = keys
    .filter((key) => key.startsWith('obs/'))
    .map((key) => key.slice('obs/'.length))
    .sort();
  if (wanted !== undefined) return { parts: chooseParts(file.path, there, wanted), warnings: [] };
  const isVector = (part: string) => findColumn(file, `${name}/obs/${part}`).shape.length <= 2;
  const images = there.filter((part) => !isVector(part));
  const fact = `${images.join(', ')} of ${file.path} are images, and not read`;
  const warning = {
    code: 'part-left-out',
    message: `${fact}. Name the one that a policy is to see: \`observationParts\`.`,
  };
  return {
    parts: chooseParts(file.path, there, there.filter(isVector)),
    warnings: images.length > 0 ? [warning] : [],
  };
}

function readDemonstration(file: Hdf5File, { name, keys }: EpisodeGroup, parts: readonly string[]): Episode {
  const find = (key: string) => findColumn(file, `${name}/${key}`);
  const read = (from: string) =>
    new Map(parts.map((part): [string, NumberSource] => [part, find(`${from}/${part}`)]));
  const actions = find('actions');
  const states = file.columns.get(`${name}/states`);
  return {
    name,
    rows: actions.shape[0] ?? 0,
    observations: read('obs'),
    ...(keys.some((key) => key.startsWith('next_obs/')) ? { nextObservations: read('next_obs') } : {}),
    actions,
    rewards: find('rewards'),
    terminated: find('dones'),
    infos: new Map([
      ...(states === undefined ? [] : [['states', states] as const]),
      ...infoColumns(file, name, keys, 'infos'),
    ]),
  };
}

function noDemonstrations(path: string): LamoError {
  return new LamoError({
    where: 'data/robomimic',
    code: 'missing-episode',
    problem: `${path} has no demonstrations`,
    expected: 'groups `data/demo_0`, `data/demo_1` …',
  });
}
