import {
  type ColumnArray,
  checkCount,
  checkNumber,
  type Dataset,
  type InfoColumn,
  type Policy,
} from '@lamo/core';
import { allocateObservations, createDataset } from '@lamo/data';
import { type Episode, evaluate } from '../evaluate';
import type { EnvironmentSource } from '../pool/environment-source';
import type { Trajectory } from '../trajectory';

/** Options of {@link collectDataset}. */
export interface CollectDatasetOptions {
  /** Rows to collect; the last episode is cut there and then ends with neither flag set. */
  readonly rows: number;
  /** @default 0 */
  readonly seed?: number;
  /** How many episodes run side by side. @default 1 */
  readonly batch?: number;
  /** Threads that the physics is split over, at most {@link batch}: see {@link evaluate}. Rows do not depend on it. @default 0 */
  readonly workers?: number;
  /** @default 'collected' */
  readonly name?: string;
  /** Called after each episode with the number of rows so far. */
  readonly onProgress?: (rows: number) => void;
  /** When aborted, the collection ends with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rolls a policy out into a dataset: whole episodes in their order, cut to exactly `rows` rows, as D4RL collected
 * its robots' data. `nextObservations` are included; `infos` has `qpos` and `qvel` before each action if the
 * environment exposes them.
 *
 * @throws LamoError `out-of-range`, and what {@link evaluate} throws
 * @example
 * const dataset = await collectDataset(policy, 'hopper-v4', { rows: 100_000 });
 * await writeD4rl(dataset, 'hopper.hdf5');
 */
export async function collectDataset(
  policy: Policy,
  environment: EnvironmentSource,
  { rows, seed = 0, batch = 1, workers = 0, name = 'collected', onProgress, signal }: CollectDatasetOptions,
): Promise<Dataset> {
  checkCount('eval/collect-dataset', 'rows', rows);
  checkCount('eval/collect-dataset', 'batch', batch);
  const most = `at most batch, ${batch}: a worker plays one episode or more`;
  checkNumber('eval/collect-dataset', 'workers', workers, most, (value) => value <= batch);
  const options = { episodes: Number.POSITIVE_INFINITY, seed, batch, workers, record: true, signal };
  const finished = new Map<number, Episode>();
  const episodes: Episode[] = [];
  let played = 0;
  for await (const episode of evaluate(policy, environment, options)) {
    finished.set(episode.index, episode);
    // Of episodes that run side by side, shorter ones end first; they wait for their turn.
    for (let next = finished.get(episodes.length); next; next = finished.get(episodes.length)) {
      finished.delete(next.index);
      episodes.push(next);
      played += next.length;
    }
    onProgress?.(Math.min(played, rows));
    if (played >= rows) break;
  }
  return joinEpisodes(name, episodes, rows);
}

/** Writes episodes one after the other and cuts them to `rows` rows. */
function joinEpisodes(name: string, episodes: readonly Episode[], rows: number): Dataset {
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
