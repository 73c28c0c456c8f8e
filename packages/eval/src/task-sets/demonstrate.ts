import { type Dataset, Rng, type Task } from '@lamo/core';
import { joinEpisodes } from '../collect/join-episodes';
import { type Episode, evaluate } from '../evaluate';
import type { TaskSet } from './task-set';

/** Options of {@link demonstrate}. */
export interface DemonstrateOptions {
  /** How many demonstrations. @default 1 */
  readonly episodes?: number;
  /** Of the starts and of what the expert draws: equal seeds give equal demonstrations, and more of them begin with the same. @default 0 */
  readonly seed?: number;
  /** When aborted, the demonstration ends with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets the expert of a set show how a task is done.
 *
 * @returns whole episodes, one after the other: observations, [N, O], name the columns that tell the task
 * @throws LamoError `out-of-range`, and what {@link evaluate} throws
 * @example
 * const set = findTaskSet('integrator');
 * const dataset = await demonstrate(set, set.tasks[0], { episodes: 3, seed: 1 });
 */
export async function demonstrate(
  set: TaskSet,
  task: Task,
  { episodes = 1, seed = 0, signal }: DemonstrateOptions = {},
): Promise<Dataset> {
  // Another stream than that of evaluations, so that nobody is judged on starts that were shown.
  const shown = Rng.fromSeed(seed).split(`demonstrations of ${task.name}`).uint32();
  const expert = await set.expert(task, shown);
  const played: Episode[] = [];
  const options = { episodes, seed: shown, batch: 1, record: true, signal };
  for await (const episode of evaluate(expert, () => set.open(task), options)) played.push(episode);
  return joinEpisodes(`${set.name}: ${task.name}`, played);
}
