import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Dataset } from '@lamo/core';
import { LamoError, showValue } from '@lamo/core';
import { agreeOnActions } from '../../d4rl-spaces';
import { createDataset } from '../../dataset';
import type { ReadDatasetOptions } from '../dataset-format';
import type { Episode } from '../episode';
import { joinEpisodes, mostNumbers } from '../join-episodes';
import { type JsonObject, parseLooseObject } from '../loose-json';
import { totalWarnings } from '../other-totals';
import type { Place } from '../place';
import { readHdf5Episodes } from './hdf5-episodes';
import { choosePartsOf } from './part-choice';
import { boxWarnings, parseSpace, readActions } from './spaces';
import { readTableEpisodes, TABLE_FORMATS } from './table-episodes';

const MAIN = 'main_data.hdf5';
const METADATA = 'metadata.json';

/** Tells the folder of a Minari set, its `data` folder, and its file. */
export function isMinari({ path, entries, hdf5Keys }: Place): boolean {
  if (hdf5Keys !== undefined) return hdf5Keys.some((key) => /^episode_\d+$/.test(key));
  if (entries === undefined) return false;
  const folder = entries.includes('data') ? join(path, 'data') : path;
  return existsSync(join(folder, MAIN)) || isMinariMetadata(join(folder, METADATA));
}

function isMinariMetadata(path: string): boolean {
  return existsSync(path) && /"(total_episodes|data_format|minari_version)"/.test(readFileSync(path, 'utf8'));
}

/**
 * Reads a set of Minari: its folder, the `data` folder in it, or the HDF5 file in that. Observations have one row more than actions, so that what is
 * observed after each action is known. `terminations` become `terminated`, `truncations` `truncated`; a row that is both stays both; an
 * episode without either ends where it is stored to end, and is truncated there. Parts of observations (Dict, Tuple) are put side by side in the order
 * of the space, and their columns named. Classes begin at 0, whatever the space's `start`.
 *
 * @throws LamoError `missing-file`, `damaged-file`, `unsupported-space`, `action-space`, and what {@link joinEpisodes} and HDF5 files throw
 */
export async function readMinari(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const { folder, file } = locate(path);
  const metadata = readMetadata(folder);
  const actionSpace = parseSpace(`The action space of ${path}`, metadata.action_space);
  const actions = readActions(path, actionSpace);
  const space = parseSpace(`The observation space of ${path}`, metadata.observation_space);
  const parts = choosePartsOf(path, space, options.observationParts);
  const problem = `${path} says itself what its actions are`;
  const build = (episodes: readonly Episode[], bytes: number) => {
    const input = joinEpisodes(episodes, {
      ...{
        path,
        mostNumbers: mostNumbers(bytes),
        name: options.name ?? nameOf(metadata, folder),
        infos: options.infos !== false,
      },
      actionSpace: agreeOnActions('data/minari', problem, actions.actionSpace, options.actionSpace),
      firstClass: actions.firstClass,
      observationSpace: options.observationSpace,
    });
    const warnings = [
      ...totalWarnings(path, metadata.total_episodes, metadata.total_steps, episodes),
      ...(input.warnings ?? []),
    ];
    const dataset = createDataset({ ...input, warnings });
    const outside = boxWarnings(path, actionSpace, dataset.actions, dataset.actionSize);
    return outside.length === 0 ? dataset : { ...dataset, warnings: [...warnings, ...outside] };
  };
  const format = metadata.data_format;
  if (typeof format === 'string' && Object.hasOwn(TABLE_FORMATS, format)) {
    const { episodes, bytes } = await readTableEpisodes(folder, format, parts);
    return build(episodes, bytes);
  }
  if (format !== undefined && format !== 'hdf5') throw unknownLayout(path, format);
  return readHdf5Episodes(file, parts, (episodes) => build(episodes, statSync(file).size));
}

/** The folder that has the data, and the HDF5 file that may be there. */
function locate(path: string): { readonly folder: string; readonly file: string } {
  if (statSync(path).isFile()) return { folder: dirname(path), file: path };
  const folder = existsSync(join(path, 'data')) ? join(path, 'data') : path;
  return { folder, file: join(folder, MAIN) };
}

/** What the set says of itself; nothing where its file stands alone. */
function readMetadata(folder: string): JsonObject {
  const path = join(folder, METADATA);
  return existsSync(path) ? parseLooseObject(path, readFileSync(path, 'utf8')) : {};
}

/** The last part of its id, or what its folder is called. */
function nameOf({ dataset_id: id }: JsonObject, folder: string): string {
  if (typeof id === 'string' && id !== '') return id.split('/').at(-1)!;
  const whole = resolve(folder);
  return basename(basename(whole) === 'data' ? dirname(whole) : whole);
}

function unknownLayout(path: string, format: unknown): LamoError {
  return new LamoError({
    where: 'data/minari',
    code: 'unknown-layout',
    problem: `${path} stores its episodes in a way that is not read`,
    expected: `data_format hdf5, ${Object.keys(TABLE_FORMATS).join(' or ')}`,
    received: showValue(format),
  });
}
