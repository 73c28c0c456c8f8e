import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { ActionSpace, Dataset, DatasetWarning } from '@lamo/core';
import { createDataset } from '../dataset';
import { findColumn, type Hdf5File, withHdf5File } from '../hdf5-file';
import { datasetFromArrays } from '../read-d4rl';
import { arrayFile } from './array-file';
import { type ReadDatasetOptions, refuseEnds } from './dataset-format';
import { type Episode, type Parts, WHOLE } from './episode';
import { joinEpisodes, mostNumbers } from './join-episodes';
import { type NumberSource, sourceOf } from './number-source';
import type { Place } from './place';

/** Tells a file of d3rlpy, version 1 or 2. */
export function isD3rlpy({ hdf5Keys = [] }: Place): boolean {
  return (
    hdf5Keys.includes('episode_terminals') || hdf5Keys.includes('discrete_action') || isVersion2(hdf5Keys)
  );
}

const isVersion2 = (keys: readonly string[]) =>
  keys.includes('num_episodes') || keys.includes('observations_0');

/**
 * Reads a file of d3rlpy. Version 1 has all rows one after another: `terminals` become `terminated`, and rows that `episode_terminals` marks beside them
 * `truncated`; with `discrete_action` actions are classes, as many as the largest number says if the caller does not. Version 2 has an array for each episode,
 * whose last row is terminated if `terminated_i` says so and truncated otherwise; observations in parts are named by their numbers.
 * Source: `dump` and `load_v1` of d3rlpy/dataset/io.py.
 *
 * @throws LamoError `option-not-used`, `missing-key`, and what {@link joinEpisodes} and `readD4rl` throw
 */
export function readD3rlpy(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  refuseEnds(path, options, 'it says itself where its episodes end');
  const name = options.name ?? basename(path, extname(path));
  return withHdf5File(path, (file) =>
    isVersion2([...file.columns.keys()])
      ? readEpisodes(file, { ...options, name })
      : readRows(file, { ...options, name }),
  );
}

function readRows(file: Hdf5File, options: ReadDatasetOptions): Dataset {
  const warnings: DatasetWarning[] = [];
  const columns = new Map<string, NumberSource>();
  for (const key of ['observations', 'actions', 'rewards', 'terminals'])
    columns.set(key, findColumn(file, key));
  const ends = file.columns.get('episode_terminals');
  if (ends !== undefined) columns.set('timeouts', timeouts(columns.get('terminals')!, ends));
  const actionSpace = options.actionSpace ?? countedClasses(file, warnings);
  const dataset = datasetFromArrays(arrayFile(file.path, columns), {
    ...options,
    ...(actionSpace && { actionSpace }),
  });
  return { ...dataset, ...(warnings.length > 0 && { warnings: [...warnings, ...(dataset.warnings ?? [])] }) };
}

/** Ends that are not terminal. */
function timeouts(terminals: NumberSource, ends: NumberSource): NumberSource {
  const terminated = terminals.read((flags) => Uint8Array.from(flags as ArrayLike<number>, Number));
  const cut = ends.read((flags) =>
    Uint8Array.from(flags as ArrayLike<number>, (end, row) => (end && !terminated[row] ? 1 : 0)),
  );
  return sourceOf('episode_terminals', ends.shape, cut);
}

/** The file says that actions are classes, and not of how many. */
function countedClasses(file: Hdf5File, warnings: DatasetWarning[]): ActionSpace | undefined {
  const isDiscrete =
    file.columns.get('discrete_action')?.read((numbers) => Number(numbers[0]) === 1) ?? false;
  if (!isDiscrete) return undefined;
  const largest = findColumn(file, 'actions').read((numbers) => {
    let most = 0;
    for (const number of numbers) most = Math.max(most, Number(number));
    return most;
  });
  const fact = `${file.path} says that actions are classes, and not of how many: ${largest + 1}, because ${largest} is the largest that occurs`;
  warnings.push({
    code: 'classes-counted',
    message: `${fact}. If there are more, say so (--action-classes, \`actionSpace\`).`,
  });
  return { kind: 'discrete', count: largest + 1 };
}

function readEpisodes(file: Hdf5File, options: ReadDatasetOptions): Dataset {
  const numbers = [...file.columns.keys()].flatMap((key) => /^actions_(\d+)$/.exec(key)?.[1] ?? []);
  numbers.sort((a, b) => Number(a) - Number(b));
  const episodes = numbers.map((number) => readEpisode(file, number));
  const input = joinEpisodes(episodes, {
    ...{ path: file.path, name: options.name!, infos: options.infos !== false },
    mostNumbers: mostNumbers(statSync(file.path).size),
    actionSpace: options.actionSpace,
    observationSpace: options.observationSpace,
  });
  return createDataset(input);
}

function readEpisode(file: Hdf5File, number: string): Episode {
  const actions = findColumn(file, `actions_${number}`);
  return {
    name: `episode ${number}`,
    rows: actions.shape[0] ?? 0,
    observations: observed(file, number),
    actions,
    rewards: findColumn(file, `rewards_${number}`),
    terminated: findColumn(file, `terminated_${number}`),
    infos: new Map(),
  };
}

/** One array, or parts that are numbered: `observations_3_0`, `observations_3_1` …. */
function observed(file: Hdf5File, number: string): Parts {
  const parts = new Map<string, NumberSource>();
  for (let part = 0; file.columns.has(`observations_${number}_${part}`); part++)
    parts.set(String(part), findColumn(file, `observations_${number}_${part}`));
  return parts.size > 0 ? parts : new Map([[WHOLE, findColumn(file, `observations_${number}`)]]);
}
