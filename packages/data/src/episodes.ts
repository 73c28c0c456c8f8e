import type { ColumnArray, Dataset, InfoColumn, Rng } from '@lamo/core';
import { checkFraction, LamoError, showValue } from '@lamo/core';
import { allocate } from './allocate';

const WHERE = 'data/episodes';

/**
 * Finds where episodes end: after each row with a flag, and at the last row.
 *
 * @param terminated [N]
 * @param truncated [N]
 */
export function findEpisodes(
  terminated: Uint8Array,
  truncated: Uint8Array,
): Pick<Dataset, 'episodeEnds' | 'lastEpisodeFinished'> {
  const size = terminated.length;
  const ends: number[] = [];
  for (let row = 0; row < size; row++) {
    if (terminated[row] === 1 || truncated[row] === 1) ends.push(row + 1);
  }
  const lastEpisodeFinished = ends.at(-1) === size;
  if (!lastEpisodeFinished) ends.push(size);
  return { episodeEnds: Uint32Array.from(ends), lastEpisodeFinished };
}

/** Returns how many episodes of a dataset ended by a flag. */
export function countFinishedEpisodes({ episodeEnds, lastEpisodeFinished }: Dataset): number {
  return lastEpisodeFinished ? episodeEnds.length : episodeEnds.length - 1;
}

/**
 * Copies some episodes into a new dataset, in their original order, so that an unfinished last
 * episode stays last.
 *
 * @param episodes indices of episodes, each once, in any order
 * @throws LamoError `unknown-episode`, `empty-dataset`, `too-large` if there is not enough memory for them
 */
export function selectEpisodes(dataset: Dataset, episodes: ArrayLike<number>): Dataset {
  const sorted = sortEpisodes(dataset, episodes);
  const { size, copy } = copierOf(dataset, sorted);
  const copyInfo = ({ width, data }: InfoColumn): InfoColumn => ({ width, data: copy(data, width) });

  const terminated = copy(dataset.terminated, 1);
  const truncated = copy(dataset.truncated, 1);
  return {
    name: dataset.name,
    size,
    observationSize: dataset.observationSize,
    ...(dataset.observationSpace ? { observationSpace: dataset.observationSpace } : {}),
    actionSize: dataset.actionSize,
    ...(dataset.actionSpace ? { actionSpace: dataset.actionSpace } : {}),
    observations: copy<ColumnArray>(dataset.observations, dataset.observationSize),
    actions: copy(dataset.actions, dataset.actionSize),
    rewards: copy(dataset.rewards, 1),
    terminated,
    truncated,
    ...(dataset.nextObservations
      ? { nextObservations: copy<ColumnArray>(dataset.nextObservations, dataset.observationSize) }
      : {}),
    ...findEpisodes(terminated, truncated),
    ...(dataset.warnings ? { warnings: dataset.warnings } : {}),
    infos: Object.fromEntries(Object.entries(dataset.infos).map(([key, info]) => [key, copyInfo(info)])),
  };
}

/** Copies the rows of some episodes out of a column, one after the other. @param sorted numbers of episodes */
function copierOf({ name, episodeEnds }: Dataset, sorted: Uint32Array) {
  const starts = Array.from(sorted, (episode) => (episode === 0 ? 0 : episodeEnds[episode - 1]!));
  const ends = Array.from(sorted, (episode) => episodeEnds[episode]!);
  const size = ends.reduce((rows, end, i) => rows + end - starts[i]!, 0);

  const copy = <T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
    from: T,
    width: number,
  ): T => {
    const into = allocate(() => new (from.constructor as new (length: number) => T)(size * width), {
      where: WHERE,
      of: `a copy of ${sorted.length === 1 ? 'one episode' : `${sorted.length} episodes`} of \`${name}\``,
      bytes: size * width * from.BYTES_PER_ELEMENT,
      hint: 'Episodes that are selected are copied: select fewer, or hold none out (`heldOut` 0).',
    });
    let row = 0;
    for (let i = 0; i < starts.length; i++) {
      into.set(from.subarray(starts[i]! * width, ends[i]! * width), row * width);
      row += ends[i]! - starts[i]!;
    }
    return into;
  };
  return { size, copy };
}

/**
 * Draws `max(1, floor(ratio · n))` of the n episodes without replacement (LaMo's "sample ratio"). Equal seeds
 * give equal subsets.
 *
 * @param ratio in (0, 1]
 * @throws LamoError `out-of-range`
 */
export function subsampleEpisodes(dataset: Dataset, ratio: number, rng: Rng): Dataset {
  checkFraction(WHERE, 'ratio', ratio);
  const episodes = rng.shuffle(Uint32Array.from(dataset.episodeEnds.keys()));
  return selectEpisodes(dataset, episodes.subarray(0, Math.max(1, Math.floor(ratio * episodes.length))));
}

function sortEpisodes({ name, episodeEnds }: Dataset, episodes: ArrayLike<number>): Uint32Array {
  const count = episodeEnds.length;
  const sorted = Array.from(episodes).sort((a, b) => a - b);
  const isRight = (episode: unknown, i: number) =>
    Number.isInteger(episode) && sorted[i]! >= 0 && sorted[i]! < count && episode !== sorted[i - 1];
  const wrong = sorted.findIndex((episode, i) => !isRight(episode, i));
  if (sorted.length > 0 && wrong === -1) return Uint32Array.from(sorted);
  throw new LamoError({
    where: WHERE,
    code: sorted.length === 0 ? 'empty-dataset' : 'unknown-episode',
    problem: `These episodes cannot be selected from \`${name}\``,
    expected: `indices from 0 to ${count - 1}, each at most once, at least one`,
    received: sorted.length === 0 ? 'none' : showValue(sorted[wrong]),
  });
}
