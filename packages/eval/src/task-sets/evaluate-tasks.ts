import { checkCount, type Policy, Rng, type Task } from '@lamo/core';
import { type Episode, type EvaluateOptions, evaluate } from '../evaluate';
import type { TaskSet } from './task-set';

/** Options of {@link evaluateTasks}. */
export interface EvaluateTasksOptions extends Pick<EvaluateOptions, 'batch' | 'signal'> {
  /** Episodes of each task. @default 10 */
  readonly episodes?: number;
  /** Episode i of a task starts from a seed derived from this one, the task's name and i, whatever the policy. @default 0 */
  readonly seed?: number;
  /** Which tasks. @default all of the set */
  readonly tasks?: readonly Task[];
}

/** How well a policy does one task. */
export interface TaskResult {
  /** Which it was told. */
  readonly task: Task;
  /** [episodes] undiscounted sums of rewards */
  readonly returns: readonly number[];
  /** [episodes] whether each did the task, if the set says what that is. */
  readonly successes?: readonly boolean[];
}

/**
 * Evaluates a policy on tasks, one after the other; the episodes of a task run side by side.
 *
 * @param policy sees what the set's environments show, with the task in it
 * @returns a result for each task, in their order
 * @throws LamoError `out-of-range`, and what {@link evaluate} throws
 * @example
 * const results = await evaluateTasks(policy, findTaskSet('integrator'), { episodes: 20, seed: 1 });
 */
export async function evaluateTasks(
  policy: Policy,
  set: TaskSet,
  { tasks = set.tasks, episodes = 10, seed = 0, ...options }: EvaluateTasksOptions = {},
): Promise<readonly TaskResult[]> {
  checkCount('eval/evaluate-tasks', 'episodes', episodes);
  const results: TaskResult[] = [];
  for (const task of tasks) {
    const start = Rng.fromSeed(seed).split(`evaluation of ${task.name}`).uint32();
    const played: Episode[] = [];
    const source = () => set.open(task);
    for await (const episode of evaluate(policy, source, { ...options, episodes, seed: start }))
      played[episode.index] = episode;
    results.push(toResult(set, task, played));
  }
  return results;
}

function toResult(set: TaskSet, task: Task, episodes: readonly Episode[]): TaskResult {
  const result = { task, returns: episodes.map((episode) => episode.return) };
  if (set.succeeded === undefined) return result;
  return { ...result, successes: episodes.map((episode) => set.succeeded!(episode)) };
}
