import { LamoError } from '@lamo/core';
import { type NumberSource, widthOf } from './number-source';

/** One episode as a file has it, stored apart from others. */
export interface Episode {
  /** For errors: `episode_3`. */
  readonly name: string;
  /** How many actions were taken, T. */
  readonly rows: number;
  /** [T, …] or [T + 1, …]; parts of observations side by side, by their names, or one without a name (''). */
  readonly observations: Parts;
  /** [T, …] what was observed after each action; left out, it follows from T + 1 observations. */
  readonly nextObservations?: Parts | undefined;
  /** [T, …] */
  readonly actions: NumberSource;
  /** [T] or [T, 1] */
  readonly rewards: NumberSource;
  /** [T] or [T, 1]; a single flag is that of the last row */
  readonly terminated: NumberSource;
  /** As {@link terminated}. @default the last row, if it is not terminated */
  readonly truncated?: NumberSource | undefined;
  /** [T, …] or [T + 1, …] by name; what is not numbers is left out with its reason */
  readonly infos: ReadonlyMap<string, NumberSource | LamoError>;
}

/** Arrays whose columns are put side by side, in this order. */
export type Parts = ReadonlyMap<string, NumberSource>;

/** The name of observations that have no parts. */
export const WHOLE = '';

/**
 * Checks that all arrays of an episode have as many rows as it has actions, and as many columns as those of the first one.
 *
 * @throws LamoError `length-mismatch`, `shape-mismatch`, `missing-key`, `wrong-rank`
 */
export function checkEpisode(path: string, episode: Episode, first: Episode): void {
  const { rows, name } = episode;
  const seen = rowsOf(episode.observations);
  if (seen !== rows && seen !== rows + 1) throw wrongLength(path, name, anyOf(episode.observations), rows, 1);
  checkParts(path, episode, first, 'observations', seen);
  if ((episode.nextObservations === undefined) !== (first.nextObservations === undefined))
    throw mismatch(path, episode.nextObservations ? first.name : name, 'next observations', 'none');
  if (episode.nextObservations !== undefined) checkParts(path, episode, first, 'nextObservations', rows);
  if (seen - rows !== rowsOf(first.observations) - first.rows)
    throw mismatch(
      path,
      name,
      'observations of all episodes alike, with the last one or without',
      `${seen} of ${rows} rows`,
    );
  checkColumn(path, name, episode.actions, rows, widthOf(first.actions));
  checkColumn(path, name, episode.rewards, rows, 1);
  for (const flags of [episode.terminated, episode.truncated])
    if (flags !== undefined && flags.shape.length > 0) checkColumn(path, name, flags, rows, 1);
}

export function rowsOf(parts: Parts): number {
  return anyOf(parts).shape[0] ?? 0;
}

const anyOf = (parts: Parts): NumberSource => parts.values().next().value!;

function checkParts(
  path: string,
  episode: Episode,
  first: Episode,
  which: 'observations' | 'nextObservations',
  rows: number,
): void {
  const parts = episode[which]!;
  // What is observed next must look like what was observed, and what every episode observes like the first.
  const wanted = first.observations;
  const names = [...wanted.keys()];
  if (names.length !== parts.size || names.some((name) => !parts.has(name)))
    throw mismatch(path, episode.name, `parts ${names.join(', ')}`, [...parts.keys()].join(', '));
  for (const [name, part] of parts) checkColumn(path, episode.name, part, rows, widthOf(wanted.get(name)!));
}

function checkColumn(path: string, episode: string, source: NumberSource, rows: number, width: number): void {
  if ((source.shape[0] ?? -1) !== rows) throw wrongLength(path, episode, source, rows, 0);
  if (widthOf(source) === width) return;
  const received = `[${source.shape.join(', ')}]`;
  throw mismatch(path, episode, `\`${source.key}\` [${rows}, ${width}], as in the first episode`, received);
}

function mismatch(path: string, episode: string, expected: string, received: string): LamoError {
  const problem = `${episode} of ${path} is not like the first episode`;
  return new LamoError({ where: 'data/formats', code: 'shape-mismatch', problem, expected, received });
}

function wrongLength(
  path: string,
  episode: string,
  source: NumberSource,
  rows: number,
  more: number,
): LamoError {
  return new LamoError({
    where: 'data/formats',
    code: 'length-mismatch',
    problem: `\`${source.key}\` of ${episode} in ${path} has another length than its actions`,
    expected: more === 0 ? `${rows} rows` : `${rows} or ${rows + more} rows`,
    received: source.shape.length === 0 ? 'a single number' : `${source.shape[0]}`,
    hint: 'The program that wrote it stopped early, or wrote the episode wrongly: leave that episode out.',
  });
}
