import {
  type ActionSpace,
  type DatasetWarning,
  type InfoColumn,
  LamoError,
  type ObservationPart,
  type ObservationSpace,
} from '@lamo/core';
import { classCount } from '../action-space';
import type { DatasetInput } from '../dataset';
import { AGAIN, isBig, type NumberArray } from '../hdf5-column';
import { seemsChannelsFirst } from '../observation-space';
import { checkEpisode, type Episode, type Parts, rowsOf, WHOLE } from './episode';
import { EpisodeTable } from './episode-table';
import { type NumberSource, widthOf } from './number-source';

/** What a format says of all its episodes. */
export interface JoinOptions {
  readonly path: string;
  /** How many numbers its files can have, against which what they claim is checked before memory is taken. */
  readonly mostNumbers: number;
  readonly name: string;
  readonly infos: boolean;
  readonly actionSpace?: ActionSpace | undefined;
  /** The number of the first class, which becomes 0. @default 0 */
  readonly firstClass?: number;
  /** What the caller says of observations. @default what the arrays say */
  readonly observationSpace?: ObservationSpace | undefined;
}

/**
 * Puts episodes that are stored apart one after the other, as the input of a dataset. An episode ends at its last row whatever its flags say: it
 * is truncated there if it is not terminated.
 *
 * @throws LamoError `empty-dataset`, `length-mismatch`, `shape-mismatch`, `not-finite`, `not-a-flag`, `channels-first`, and what reading throws
 */
export function joinEpisodes(episodes: readonly Episode[], options: JoinOptions): DatasetInput {
  const { path, name, actionSpace, firstClass = 0 } = options;
  const kept = episodes.filter(({ rows }) => rows > 0);
  const first = kept[0];
  if (first === undefined) throw noEpisodes(path);
  for (const episode of kept) checkEpisode(path, episode, first);
  const warnings: DatasetWarning[] = [];
  const table = new EpisodeTable(path, kept);
  checkClaim(table, first, options);
  const observed = observationColumns(table, first, options);
  const isDiscrete = classCount({ actionSpace }) !== undefined;
  const flags = endFlags(table, warnings);
  return {
    name,
    ...observed,
    actions: table.floats(({ actions }) => [actions], { subtract: isDiscrete ? firstClass : 0 }),
    rewards: table.floats(({ rewards }) => [rewards], { mayBeUnwritten: true }),
    ...flags,
    infos: options.infos ? readInfos(table, warnings) : {},
    ...(isDiscrete ? { actionSpace } : { actionSize: widthOf(first.actions) }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

type Observed = Pick<
  DatasetInput,
  'observations' | 'nextObservations' | 'observationSize' | 'observationSpace'
>;

/** Vectors, whose parts have names where the file has them apart, or images of bytes. */
function observationColumns(table: EpisodeTable, first: Episode, options: JoinOptions): Observed {
  const { observations: seen, nextObservations } = first;
  const observationSize = [...seen.values()].reduce((sum, source) => sum + widthOf(source), 0);
  const image = imageOf(seen, options);
  const observationSpace = image ?? options.observationSpace ?? namedParts(seen);
  const ordered = (parts: Parts) => [...seen.keys()].map((name) => parts.get(name)!);
  const read = (partsOf: (episode: Episode) => Parts, from: number) => {
    const sourcesOf = (episode: Episode) => ordered(partsOf(episode));
    if (image === undefined) return table.floats(sourcesOf, { from });
    return table.fill(new Uint8Array(table.rows * observationSize), sourcesOf, { from });
  };
  const hasLast = rowsOf(seen) > first.rows;
  return {
    observations: read((episode) => episode.observations, 0),
    ...(nextObservations !== undefined
      ? { nextObservations: read((episode) => episode.nextObservations!, 0) }
      : hasLast
        ? { nextObservations: read((episode) => episode.observations, 1) }
        : {}),
    observationSize,
    observationSpace,
  };
}

/** Bytes in three dimensions are an image, its channels last. */
function imageOf(seen: Parts, { path, observationSpace }: JoinOptions): ObservationSpace | undefined {
  const [source] = seen.values();
  if (seen.size !== 1 || source!.shape.length !== 4) return undefined;
  if (!source!.read((numbers) => numbers instanceof Uint8Array)) return undefined;
  const [, height, width, channels] = source!.shape as [number, number, number, number];
  const shape = [height, width, channels] as const;
  if (observationSpace === undefined && seemsChannelsFirst(shape)) {
    throw new LamoError({
      where: 'data/formats',
      code: 'channels-first',
      problem: `\`${source!.key}\` of ${path} seems to be images with their channels first`,
      expected: 'rows, height, width and channels',
      received: `[${source!.shape.join(', ')}]`,
      hint: 'Move the channels to the end before the file is written, or say in a program what the shape of an image is: `observationSpace`.',
    });
  }
  return { kind: 'image', shape };
}

function namedParts(seen: Parts): ObservationSpace | undefined {
  if (seen.has(WHOLE)) return undefined;
  let end = 0;
  const parts: Record<string, ObservationPart> = {};
  for (const [name, source] of seen) {
    parts[name] = { start: end, end: end + widthOf(source) };
    end += widthOf(source);
  }
  return { kind: 'vector', parts };
}

function endFlags(
  table: EpisodeTable,
  warnings: DatasetWarning[],
): { readonly terminated: Uint8Array; readonly truncated: Uint8Array } {
  const terminated = table.flags((episode) => episode.terminated);
  const truncated = table.flags((episode) => episode.truncated);
  let split = 0;
  table.forEachEnd((last, start) => {
    if (terminated[last] === 0 && truncated[last] === 0) truncated[last] = 1;
    const isEnd = (_: number, row: number) => terminated[start + row] === 1 || truncated[start + row] === 1;
    if (terminated.subarray(start, last).some(isEnd)) split++;
  });
  if (split > 0) {
    const fact = `${split} of ${table.episodes.length} episodes of ${table.path} have flags of an end before their last row, and are cut there`;
    const hint = 'If they go on, mark only where they end.';
    warnings.push({ code: 'ends-inside', message: `${fact}. ${hint}` });
  }
  return { terminated, truncated };
}

/** Extra columns that all episodes have alike; others are left out with a warning. */
function readInfos(table: EpisodeTable, warnings: DatasetWarning[]): Record<string, InfoColumn> {
  const infos: Record<string, InfoColumn> = {};
  const names = new Set(table.episodes.flatMap(({ infos }) => [...infos.keys()]));
  for (const name of names) {
    try {
      const sources = table.episodes.map((episode) => checkedInfo(table.path, episode, name));
      const width = widthOf(sources[0]!);
      if (width === 0) continue;
      const other = sources.findIndex((source) => widthOf(source) !== width);
      if (other !== -1)
        throw leftOut(`it is wider or narrower in ${table.episodes[other]!.name} than in the first episode`);
      const data = sources[0]!.read((numbers) => emptyLike(numbers, table.rows * width));
      table.fill(data, (episode) => [episode.infos.get(name) as NumberSource], { isFree: true });
      infos[name] = { width, data };
    } catch (error) {
      if (!LamoError.isInstance(error)) throw error;
      warnings.push({
        code: 'info-left-out',
        message: `\`${name}\` of ${table.path} is left out: ${error.problem}`,
      });
    }
  }
  return infos;
}

function checkedInfo(path: string, episode: Episode, name: string): NumberSource {
  const source = episode.infos.get(name);
  if (source === undefined) throw leftOut(`${episode.name} does not have it`);
  if (LamoError.isInstance(source)) throw source;
  const rows = source.shape[0] ?? 0;
  if (rows === episode.rows || rows === episode.rows + 1) return source;
  throw leftOut(`${episode.name} of ${path} has ${rows} of it for ${episode.rows} rows`);
}

const leftOut = (problem: string) => new LamoError({ where: 'data/formats', code: 'info-left-out', problem });

function emptyLike(numbers: NumberArray, length: number): InfoColumn['data'] {
  if (numbers instanceof Float32Array) return new Float32Array(length);
  const isWide = numbers instanceof Float64Array || isBig(numbers) || numbers instanceof Uint32Array;
  return isWide ? new Float64Array(length) : new Int32Array(length);
}

/** How many numbers a compressed file can have: each takes a byte or more, and deflate makes at most 1032 bytes of one. */
export function mostNumbers(bytes: number): number {
  return bytes * 1100;
}

function checkClaim(
  { rows }: EpisodeTable,
  { observations, actions }: Episode,
  { path, mostNumbers }: JoinOptions,
): void {
  const width = [...observations.values(), actions].reduce((sum, source) => sum + widthOf(source), 0);
  if (rows * width <= mostNumbers) return;
  throw new LamoError({
    where: 'data/formats',
    code: 'too-large',
    problem: `${path} claims to hold more numbers than its size allows`,
    expected: `at most ${mostNumbers}`,
    received: `${rows} rows of ${width}`,
    hint: AGAIN,
  });
}

function noEpisodes(path: string): LamoError {
  return new LamoError({
    where: 'data/formats',
    code: 'empty-dataset',
    problem: `${path} has no episode with a row`,
    expected: 'at least one',
    received: 'none',
  });
}
