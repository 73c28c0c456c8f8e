import { join } from 'node:path';
import { parseConfig } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { counterparts } from './counterparts';
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

/** The preset that makes an algorithm the same as its counterpart, or the one that fits the task best, if it has any. */
export function presetOf({ task, entrant }: Pick<Job, 'task' | 'entrant'>): string | undefined {
  const { name, presets } = entrant.algorithm;
  return counterparts[name]?.preset ?? task.presets.find((preset) => preset in presets);
}

/** The settings of a run that differ from the preset. A rate that falls, falls over all its steps; transitions are D4RL's. */
export function settingsOf({ entrant, steps }: Job): Readonly<Record<string, unknown>> {
  const { shape } = entrant.algorithm.config;
  return {
    ...('transitions' in shape ? { transitions: 'd4rl' } : {}),
    ...entrant.config,
    ...('decaySteps' in shape ? { decaySteps: steps } : {}),
  };
}

/** All settings of a run. */
export function configOf(job: Job): Readonly<Record<string, unknown>> {
  return parseConfig(job.entrant.algorithm, settingsOf(job), presetOf(job));
}

/** What the seeds of the episodes follow from: the same for all algorithms, and at every evaluation. */
export function evaluationSeed(seed: number): number {
  return Rng.fromSeed(seed).split('evaluation').uint32();
}
