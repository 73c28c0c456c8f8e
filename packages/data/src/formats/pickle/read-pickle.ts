import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Dataset, type DatasetWarning, LamoError } from '@lamo/core';
import { createDataset } from '../../dataset';
import { datasetFromArrays } from '../../read-d4rl';
import { arrayFile } from '../array-file';
import { type ReadDatasetOptions, refuseEnds } from '../dataset-format';
import { type Episode, WHOLE } from '../episode';
import { joinEpisodes } from '../join-episodes';
import type { NumberSource } from '../number-source';
import type { Place } from '../place';
import type { PickleValue } from './known-objects';
import { type ListBudget, pickleSource } from './pickle-source';
import { unpickle } from './unpickle';

/** Tells a pickle by its name, or by the protocol that it begins with. */
export function isPickle({ ending, start }: Place): boolean {
  if (start === undefined) return false;
  return ['.pkl', '.pickle'].includes(ending) || (start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5);
}

/**
 * Reads trajectories as Decision Transformer and LaMo keep them: a pickled list of dicts, each with `observations`, `actions`, `rewards`, `terminals`
 * and perhaps `next_observations` and `timeouts`. Each is an episode: where the last row is not terminal, it was cut there. Or one dict with the
 * arrays of a D4RL file, which is read as such. Numbers may be arrays of NumPy, old and new, or lists. Nothing in the file is run: {@link unpickle}.
 *
 * @throws LamoError `not-allowed`, `damaged-file`, `other-layout`, `missing-key`, `wrong-type`, `option-not-used`, `too-large`, and what
 *   {@link joinEpisodes} and `readD4rl` throw
 */
export async function readPickle(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw tooLarge(path, size);
  const value = unpickle(path, readFileSync(path));
  const name = options.name ?? basename(path, extname(path));
  // A number takes a byte, and a file may mention what it has again.
  const budget = { left: 4 * size };
  if (value instanceof Map) {
    const arrays = new Map([...value].map(([key, inner]) => [String(key), inner] as const));
    return datasetFromArrays(arrayFile(path, sources(path, '', arrays, budget)), { ...options, name });
  }
  if (!Array.isArray(value) || !value.every((each) => each instanceof Map)) throw otherLayout(path, value);
  refuseEnds(path, options, 'its trajectories are stored apart');
  const warnings: DatasetWarning[] = [];
  const episodes = value.map((trajectory, i) =>
    readTrajectory(path, i, trajectory as Dict, budget, warnings),
  );
  const input = joinEpisodes(episodes, {
    ...{ path, mostNumbers: 2 * size, name, infos: options.infos !== false },
    actionSpace: options.actionSpace,
    observationSpace: options.observationSpace,
  });
  return createDataset({ ...input, warnings: [...warnings.slice(0, 1), ...(input.warnings ?? [])] });
}

/** What can be read at once. */
const MOST_BYTES = 2 ** 31 - 1;

type Dict = Map<PickleValue, PickleValue>;

function readTrajectory(
  path: string,
  i: number,
  dict: Dict,
  budget: ListBudget,
  warnings: DatasetWarning[],
): Episode {
  const name = `trajectory ${i}`;
  const arrays = sources(path, `${name}: `, dict, budget);
  const find = (...keys: readonly string[]) => {
    const key = keys.find((each) => arrays.has(each));
    const source = key === undefined ? undefined : arrays.get(key)!;
    if (LamoError.isInstance(source)) throw source;
    return source;
  };
  const need = (...keys: readonly string[]) => {
    const source = find(...keys);
    if (source === undefined) throw missingKey(path, name, keys[0]!, [...arrays.keys()]);
    return source;
  };
  if (!arrays.has('terminals')) warnings.push(donesWarning(path));
  const actions = need('actions');
  const next = find('next_observations');
  const read = new Set([
    'observations',
    'next_observations',
    'actions',
    'rewards',
    'terminals',
    'dones',
    'timeouts',
  ]);
  return {
    name,
    rows: actions.shape[0] ?? 0,
    observations: new Map([[WHOLE, need('observations')]]),
    nextObservations: next && new Map([[WHOLE, next]]),
    actions,
    rewards: need('rewards'),
    terminated: need('terminals', 'dones'),
    truncated: find('timeouts'),
    infos: new Map(
      [...arrays].filter(([key]) => !read.has(key)).map(([key, info]) => [key.replace(/^infos\//, ''), info]),
    ),
  };
}

/** The arrays of a dict, by their keys; those of dicts in it as `key/inner`. */
function sources(
  path: string,
  prefix: string,
  dict: ReadonlyMap<PickleValue, PickleValue>,
  budget: ListBudget,
): Map<string, NumberSource | LamoError> {
  const found = new Map<string, NumberSource | LamoError>();
  for (const [key, value] of dict) {
    const name = String(key);
    const inner =
      value instanceof Map
        ? [...value].map(([each, one]) => [`${name}/${String(each)}`, one] as const)
        : [[name, value] as const];
    for (const [each, one] of inner) found.set(each, pickleSource(path, `${prefix}${each}`, one, budget));
  }
  return found;
}

function donesWarning(path: string): DatasetWarning {
  const fact = `${path} has \`dones\` and no \`terminals\`: every end counts as terminated, also that by a time limit`;
  return {
    code: 'ends-not-told-apart',
    message: `${fact}. Write \`terminals\` without those, and \`timeouts\` for them.`,
  };
}

function otherLayout(path: string, value: PickleValue): LamoError {
  const kind = Array.isArray(value) ? `a list that begins with ${kindOf(value[0])}` : kindOf(value);
  return new LamoError({
    where: 'data/pickle',
    code: 'other-layout',
    problem: `${path} is not a pickle of trajectories`,
    expected: 'a list with a dict for each trajectory, or one dict with the arrays of all',
    received: kind,
  });
}

function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value === 'object' ? 'an object of NumPy' : `a ${typeof value}`;
}

function missingKey(path: string, trajectory: string, key: string, keys: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/pickle',
    code: 'missing-key',
    problem: `${trajectory} of ${path} has no \`${key}\``,
    expected: 'observations, actions, rewards and terminals',
    received: keys.length === 0 ? 'an empty dict' : keys.slice(0, 16).join(', '),
  });
}

function tooLarge(path: string, size: number): LamoError {
  return new LamoError({
    where: 'data/pickle',
    code: 'too-large',
    problem: `${path} is too large to be read at once`,
    expected: `at most ${MOST_BYTES} bytes`,
    received: `${size}`,
    hint: 'Save its arrays as HDF5, all episodes one after the other.',
  });
}
