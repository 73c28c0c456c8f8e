import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Dataset, type DatasetWarning, LamoError, showValue } from '@lamo/core';
import { createDataset } from '../dataset';
import { readParquetRows } from '../text/read-parquet-rows';
import { chooseParts } from './choose-parts';
import type { ReadDatasetOptions } from './dataset-format';
import type { Episode } from './episode';
import { joinEpisodes, mostNumbers } from './join-episodes';
import { type JsonObject, parseLooseObject } from './loose-json';
import { type NumberSource, sourceOf } from './number-source';
import { totalWarnings } from './other-totals';
import type { Place } from './place';
import { RowColumns } from './row-columns';

const INFO = join('meta', 'info.json');

/** Tells the folder of a LeRobot set. */
export function isLerobot({ path, entries }: Place): boolean {
  return entries?.includes('meta') === true && existsSync(join(path, INFO));
}

/** What tells which rows are an episode, and their order in it. */
const EPISODE = 'episode_index';
const FRAME = 'frame_index';

/**
 * Reads a set of LeRobot, version 2 or 3: the rows of all its Parquet files. Of what was observed (`observation.…`) what is numbers is read, or what is
 * named, side by side, with the names of the parts; images and videos are left out with a warning. `next.reward` is the reward, 0 with
 * a warning where there is none. An episode is terminated where `next.success` is true at its last row, without that column where
 * `next.done` is, and was cut otherwise. `task_index` becomes the column `task` of `infos`.
 * Source: https://huggingface.co/docs/lerobot/lerobot-dataset-v3
 *
 * @throws LamoError `unknown-layout`, `missing-key`, `missing-episode`, `rows-out-of-order`, `unknown-part`, and what {@link joinEpisodes} and Parquet files throw
 */
export async function readLerobot(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const info = parseLooseObject(join(path, INFO), readFileSync(join(path, INFO), 'utf8'));
  checkVersion(path, info.codebase_version);
  const features = (info.features ?? {}) as Readonly<Record<string, JsonObject>>;
  const { parts, warnings } = partsOf(path, features, options.observationParts);
  if (!Object.hasOwn(features, 'action')) throw missingAction(path, Object.keys(features));
  const files = filesOf(path);
  const wanted = [...parts.values(), 'action', EPISODE, FRAME, ...EXTRA].filter(
    (name) => Object.hasOwn(features, name) || name === EPISODE || name === FRAME,
  );
  const episodes = await readEpisodes(path, files, wanted, parts);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const input = joinEpisodes(episodes, {
    ...{ path, name: options.name ?? basename(resolve(path)), infos: options.infos !== false },
    mostNumbers: mostNumbers(bytes),
    actionSpace: options.actionSpace,
    observationSpace: options.observationSpace,
  });
  const totals = totalWarnings(path, info.total_episodes, info.total_frames, episodes);
  const noRewards = Object.hasOwn(features, 'next.reward') ? [] : [rewardless(path)];
  return createDataset({
    ...input,
    warnings: [...warnings, ...noRewards, ...totals, ...(input.warnings ?? [])],
  });
}

/** Columns that a set may have. */
const EXTRA = ['next.reward', 'next.done', 'next.success', 'task_index'] as const;

const NUMBERS = /^(float|u?int)\d+$|^bool$/;

/** The parts of observations that are numbers: name of the part, and of its column. */
function partsOf(
  path: string,
  features: Readonly<Record<string, JsonObject>>,
  wanted: readonly string[] | undefined,
): { readonly parts: ReadonlyMap<string, string>; readonly warnings: readonly DatasetWarning[] } {
  const seen = Object.keys(features).filter((name) => /^observation(\.|$)/.test(name));
  const isNumbers = (name: string) => NUMBERS.test(String(features[name]!.dtype));
  const named = new Map(
    seen.filter(isNumbers).map((name) => [name.replace(/^observation\.?/, ''), name] as const),
  );
  if (named.size === 0) throw nothingObserved(path, seen);
  const left = seen.filter((name) => !isNumbers(name));
  const fact = `${left.join(', ')} of ${path} ${left.length === 1 ? 'is' : 'are'} images, videos or texts, and not read`;
  const chosen = chooseParts(path, [...named.keys()], wanted);
  return {
    parts: new Map(chosen.map((name) => [name, named.get(name)!])),
    warnings:
      left.length === 0 || wanted !== undefined
        ? []
        : [{ code: 'part-left-out', message: `${fact}: a policy does not see what they show.` }],
  };
}

/** All files of rows, in the order of their names: chunks and files are numbered with leading zeros. */
function filesOf(path: string): string[] {
  const folder = join(path, 'data');
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => name.endsWith('.parquet')).sort();
  if (files.length > 0) return files.map((name) => join(folder, name));
  throw new LamoError({
    where: 'data/lerobot',
    code: 'missing-episode',
    problem: `${path} has no rows`,
    expected: 'Parquet files in `data`',
    hint: 'The download may not be whole: repeat it.',
  });
}

async function readEpisodes(
  path: string,
  files: readonly string[],
  wanted: readonly string[],
  parts: ReadonlyMap<string, string>,
): Promise<Episode[]> {
  const episodes: Episode[] = [];
  const done = new Set<number>();
  let columns = new RowColumns(path);
  let episode: number | undefined;
  let frames = 0;
  const finish = () => {
    if (episode === undefined) return;
    done.add(episode);
    episodes.push(episodeOf(`episode ${episode}`, columns.sources(), parts));
  };
  for (const file of files) {
    for await (const row of readParquetRows(file, (there) => checkColumns(file, there, wanted))) {
      const number = Number(row[wanted.indexOf(EPISODE)]);
      const frame = Number(row[wanted.indexOf(FRAME)]);
      if (number !== episode) {
        finish();
        if (done.has(number)) throw outOfOrder(file, number, `rows of it again after episode ${episode}`);
        [episode, frames, columns] = [number, 0, new RowColumns(path)];
      }
      if (frame !== frames) throw outOfOrder(file, number, `${FRAME} ${frame} where ${frames} comes next`);
      columns.add(wanted, row);
      frames++;
    }
  }
  finish();
  return episodes;
}

function checkColumns(
  file: string,
  there: readonly { readonly name: string }[],
  wanted: readonly string[],
): readonly string[] {
  const names = there.map(({ name }) => name);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return wanted;
  throw new LamoError({
    where: 'data/lerobot',
    code: 'missing-key',
    problem: `${file} has no column \`${missing}\`, which the set says it has`,
    expected: wanted.join(', '),
    received: names.join(', '),
  });
}

function episodeOf(
  name: string,
  columns: ReadonlyMap<string, NumberSource | LamoError>,
  parts: ReadonlyMap<string, string>,
): Episode {
  const find = (key: string) => {
    const column = columns.get(key)!;
    if (LamoError.isInstance(column)) throw column;
    return column;
  };
  const actions = find('action');
  const rows = actions.shape[0]!;
  const nothing = (key: string) => sourceOf(key, [rows], new Float32Array(rows));
  const orNothing = (key: string) => (columns.has(key) ? find(key) : nothing(key));
  const task = columns.get('task_index');
  return {
    name,
    rows,
    observations: new Map([...parts].map(([part, key]) => [part, find(key)])),
    actions,
    rewards: orNothing('next.reward'),
    terminated: columns.has('next.success') ? lastOnly(find('next.success'), rows) : orNothing('next.done'),
    infos: new Map(task === undefined ? [] : [['task', task]]),
  };
}

/** A robot may succeed and go on: what ends an episode is success at its last row. */
function lastOnly(success: NumberSource, rows: number): NumberSource {
  const flags = new Float32Array(rows);
  flags[rows - 1] = success.read((numbers) => Number(numbers[rows - 1]));
  return sourceOf(success.key, [rows], flags);
}

function checkVersion(path: string, version: unknown): void {
  if (/^v?[23]\./.test(String(version))) return;
  throw new LamoError({
    where: 'data/lerobot',
    code: 'unknown-layout',
    problem: `${path} is a LeRobot set of a version that is not read`,
    expected: 'codebase_version v2.… or v3.…',
    received: showValue(version),
    hint: 'Convert it with LeRobot’s own scripts.',
  });
}

function rewardless(path: string): DatasetWarning {
  const fact = `${path} has no rewards (\`next.reward\`), so all of them are 0`;
  return {
    code: 'no-rewards',
    message: `${fact}. That is enough to imitate what was done (BC), and not to do better.`,
  };
}

function nothingObserved(path: string, seen: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/lerobot',
    code: 'missing-key',
    problem: `${path} has no observations that are numbers`,
    expected: 'a feature such as `observation.state`',
    received: seen.length === 0 ? 'none' : `images, videos or texts: ${seen.join(', ')}`,
  });
}

function missingAction(path: string, features: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/lerobot',
    code: 'missing-key',
    problem: `${path} has no actions`,
    expected: 'a feature `action`',
    received: features.join(', ') || 'none',
  });
}

function outOfOrder(file: string, episode: number, received: string): LamoError {
  return new LamoError({
    where: 'data/lerobot',
    code: 'rows-out-of-order',
    problem: `The rows of episode ${episode} in ${file} do not follow each other`,
    expected: `rows by \`${EPISODE}\` and \`${FRAME}\`, from 0`,
    received,
  });
}
