import type { ColumnArray, Dataset, InfoColumn } from '@lamo/core';
import { allocateObservations, createDataset } from '@lamo/data';
import type { Episode } from '../evaluate';
import type { Trajectory } from '../trajectory';

/**
 * Writes recorded episodes into a dataset, one after the other.
 *
 * @param episodes at least one, with their trajectories
 * @param rows where the last one is cut, which then ends with neither flag set. @default all
 */
export function joinEpisodes(
  name: string,
  episodes: readonly Episode[],
  rows = episodes.reduce((sum, { length }) => sum + length, 0),
): Dataset {
  const trajectories = episodes.map((episode) => episode.trajectory!);
  const column = (width: number, part: (trajectory: Trajectory) => Float32Array) => {
    return concatenate(new Float32Array(rows * width), trajectories.map(part));
  };
  const first = trajectories[0]!;
  const { observationSpace } = first;
  const observationSize = first.observations.length / (first.rewards.length + 1);
  const seen = (part: (trajectory: Trajectory) => ColumnArray) =>
    concatenate(allocateObservations({ observationSize, observationSpace }, rows), trajectories.map(part));
  const actionSize = first.actions.length / first.rewards.length;
  const infos = Object.entries(first.infos).map(([key, { width }]): [string, InfoColumn] => {
    const parts = trajectories.map((trajectory) => trajectory.infos[key]!.data);
    return [key, { width, data: concatenate(new Float64Array(rows * width), parts) }];
  });
  return createDataset({
    name,
    observations: seen(({ observations }) => observations.subarray(0, -observationSize)),
    actions: column(actionSize, ({ actions }) => actions),
    rewards: column(1, ({ rewards }) => rewards),
    nextObservations: seen(({ observations }) => observations.subarray(observationSize)),
    ...endFlags(episodes, rows),
    observationSize,
    observationSpace,
    actionSize,
    actionSpace: first.actionSpace,
    infos: Object.fromEntries(infos),
  });
}

/** Fills `into` with the parts, one after the other, dropping what does not fit. */
function concatenate<T extends ColumnArray | Float64Array>(into: T, parts: readonly T[]): T {
  let used = 0;
  for (const part of parts) {
    into.set(part.subarray(0, into.length - used), used);
    used = Math.min(into.length, used + part.length);
  }
  return into;
}

function endFlags(episodes: readonly Episode[], rows: number) {
  const terminated = new Uint8Array(rows);
  const truncated = new Uint8Array(rows);
  let end = 0;
  for (const episode of episodes) {
    end += episode.length;
    if (end > rows) break;
    (episode.terminated ? terminated : truncated)[end - 1] = 1;
  }
  return { terminated, truncated };
}
