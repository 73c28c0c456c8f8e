import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { readParquetRows } from '../../text/read-parquet-rows';
import { type ReadColumns, readArrowColumns } from '../arrow-columns';
import { checkArrow } from '../check-arrow';
import type { Episode } from '../episode';
import { type NumberSource, sourceOf, widthOf } from '../number-source';
import { RowColumns } from '../row-columns';
import type { PartChoice } from './part-choice';

/** Episodes, and how many bytes their files have. */
export interface TableEpisodes {
  readonly episodes: Episode[];
  readonly bytes: number;
}

type ReadFile = (path: string) => Promise<ReadColumns>;

/** How files of each `data_format` are read. */
export const TABLE_FORMATS: Readonly<Record<string, ReadFile>> = {
  arrow: readArrowColumns,
  parquet: readParquet,
};

/**
 * Reads a Minari set that has a folder for each episode, with tables whose columns are as long as the observations: the last row of the others is
 * padding.
 *
 * @throws LamoError `missing-episode`, `missing-key`, `length-mismatch`, and what reading the files throws
 */
export async function readTableEpisodes(
  folder: string,
  format: string,
  parts: PartChoice,
): Promise<TableEpisodes> {
  const names = readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(a) - Number(b));
  const episodes: Episode[] = [];
  let bytes = 0;
  if (format === 'arrow') await checkArrow(names.flatMap((name) => filesOf(join(folder, name), format)));
  for (const name of names) {
    const files = filesOf(join(folder, name), format);
    bytes += files.reduce((sum, file) => sum + statSync(file).size, 0);
    episodes.push(await readEpisode(join(folder, name), files, TABLE_FORMATS[format]!, parts));
  }
  if (episodes.length === 0) throw missing(folder, `folders \`0\`, \`1\` … with files \`part-0.${format}\``);
  return { episodes, bytes };
}

/** `part-0.arrow`, `part-1.arrow` …. */
function filesOf(folder: string, format: string): string[] {
  const order = new Intl.Collator('en', { numeric: true }).compare;
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(`.${format}`))
    .sort(order);
  if (names.length === 0) throw missing(folder, `a file \`part-0.${format}\``);
  return names.map((name) => join(folder, name));
}

async function readEpisode(
  folder: string,
  files: readonly string[],
  read: ReadFile,
  parts: PartChoice,
): Promise<Episode> {
  if (files.length > 1) throw severalFiles(folder, files);
  const columns = await read(files[0]!);
  const find = (key: string) => {
    const column = columns.get(key);
    if (column === undefined) throw missingColumn(folder, key, [...columns.keys()]);
    if (LamoError.isInstance(column)) throw column;
    return column;
  };
  const seen = [...columns.keys()].filter((key) => /^observations(\/|$)/.test(key));
  const chosen = [...parts(seen.map((key) => key.replace(/^observations\/?/, '')))];
  const observations = new Map(
    chosen.map(([name, key]) => [name, find(`observations${key === '' ? '' : `/${plain(key)}`}`)]),
  );
  const rows = Math.max(0, (observations.values().next().value!.shape[0] ?? 0) - 1);
  const column = (key: string) => cut(find(key), rows);
  const infos = [...columns]
    .filter(([key]) => key.startsWith('infos/'))
    .map(([key, info]) => [key.slice(6), info] as const);
  return {
    name: `episode ${folder.split(/[\\/]/).at(-1)}`,
    rows,
    observations,
    actions: column('actions'),
    rewards: column('rewards'),
    terminated: column('terminations'),
    truncated: column('truncations'),
    infos: new Map(infos),
  };
}

/** Tables number the parts of a Tuple plainly. */
const plain = (key: string) => key.replace(/(^|\/)_index_(\d+)/g, '$1$2');

/** Leaves the padding out. */
function cut(source: NumberSource, rows: number): NumberSource {
  if (source.shape[0] !== rows + 1) return source;
  const shape = [rows, ...source.shape.slice(1)];
  return source.read((numbers) => sourceOf(source.key, shape, numbers.subarray(0, rows * widthOf(source))));
}

/** Whole files at once: an episode is small. */
async function readParquet(path: string): Promise<ReadColumns> {
  const columns = new RowColumns(path);
  let names: readonly string[] = [];
  const all = readParquetRows(path, (found) => {
    names = found.map(({ name }) => name);
    return names;
  });
  for await (const row of all) columns.add(names, row);
  return columns.sources();
}

function missing(path: string, expected: string): LamoError {
  return new LamoError({
    where: 'data/minari',
    code: 'missing-episode',
    problem: `${path} lacks data`,
    expected,
  });
}

function severalFiles(folder: string, files: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/minari',
    code: 'several-files',
    problem: `${folder} has an episode in several files, which is not read`,
    expected: 'one file',
    received: `${files.length}`,
  });
}

function missingColumn(folder: string, key: string, keys: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/minari',
    code: 'missing-key',
    problem: `${folder} has no \`${key}\``,
    expected: `a column named \`${key}\``,
    received: keys.length === 0 ? 'a table without columns' : keys.join(', '),
  });
}
