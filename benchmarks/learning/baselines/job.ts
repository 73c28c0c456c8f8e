import { join } from 'node:path';
import { parseConfig } from '@lamo/algos';
import { Rng } from '@lamo/data';
import type { Entrant } from './entrants';
import type { Task } from './tasks';

/** One run to be made. */
export interface Job {
  readonly task: Task;
  readonly entrant: Entrant;
  readonly seed: number;
  readonly steps: number;
  readonly episodes: number;
  /** The task's file. */
  readonly file: string;
  /** Folder for checkpoints and logs, this job's own. */
  readonly folder: string;
  /** File of the result. */
  readonly result: string;
}

/** Names the file of a run's result in the folder of all. */
export function resultPath(out: string, task: string, entrant: string, seed: number): string {
  return join(out, task, `${entrant}-${seed}.json`);
}

/** The preset of an algorithm that fits a task best, if it has any. */
export function presetOf({ task, entrant }: Pick<Job, 'task' | 'entrant'>): string | undefined {
  return task.presets.find((preset) => preset in entrant.algorithm.presets);
}

/** All settings of an algorithm for a task. */
export function configOf(job: Job): Readonly<Record<string, unknown>> {
  return parseConfig(job.entrant.algorithm, job.entrant.config, presetOf(job));
}

/** What the seeds of the episodes follow from: the same for all algorithms, and at every evaluation. */
export function evaluationSeed(seed: number): number {
  return Rng.fromSeed(seed).split('evaluation').uint32();
}
