import type { Environment, Policy, Rng, Task } from '@lamo/core';
import type { Episode } from '../evaluate';

/** Several tasks in one world, and somebody who can show how each of them is done. */
export interface TaskSet {
  /** Its name on the command line: `integrator`. */
  readonly name: string;
  /** What there is to do, in a few words. */
  readonly description: string;
  /** The part of observations that tells the task: its columns are the task's code. */
  readonly part: string;
  /** What policies are judged on, and, unless there is {@link draw}, all that demonstrations can be asked for. */
  readonly tasks: readonly Task[];
  /** Draws a task where there are infinitely many. @default only {@link tasks} */
  draw?(rng: Rng): Task;
  /** Most steps of an episode, and so of a demonstration. */
  readonly maxEpisodeSteps: number;
  /** Starts the world for a task, which its observations tell. Dispose it after use. */
  open(task: Task): Promise<Environment>;
  /** Makes the policy that shows how a task is done. @param seed of what it draws itself */
  expert(task: Task, seed: number): Policy | Promise<Policy>;
  /** Tells whether an episode did its task. @default tasks are judged by their return alone */
  succeeded?(episode: Episode): boolean;
}
