import { checkCount, checkNumber, type Dataset, type Policy } from '@lamo/core';
import { type Episode, evaluate } from '../evaluate';
import type { EnvironmentSource } from '../pool/environment-source';
import { joinEpisodes } from './join-episodes';

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
