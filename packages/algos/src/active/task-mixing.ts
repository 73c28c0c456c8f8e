import type { Task } from '@lamo/core';
import { observationParts } from '@lamo/data';
import type { DatasetSpec } from '../kinds/dataset';
import { type ComparedActions, mixingWeight } from './adaptive-prior';
import type { Demonstration } from './demonstration';
import { isSameTask, uniqueTasks } from './foresee';

/** How far a task is left to what was fine-tuned: the α of the adaptive prior. */
export interface TaskMixing {
  /** One that was shown. */
  readonly task: Task;
  /** 0 acts as before, 1 as fine-tuned. */
  readonly weight: number;
}

/** Whom to trust, and how much. */
export interface Mixture {
  /** How much of what is done is what was fine-tuned, for each task that was shown: α. */
  readonly mixing: readonly TaskMixing[];
  /** How much for any other task. */
  readonly otherwise: number;
  /** The part of observations that says the task. */
  readonly part: string;
  readonly spec: DatasetSpec;
}

/**
 * Weighs what was fine-tuned against what was there before, task by task.
 *
 * @param beta see `mixingWeight`; null trusts what was fine-tuned
 * @param compare what the expert did in demonstrations of a task, and what both would have done
 */
export async function mixTasks(
  demonstrations: readonly Demonstration[],
  beta: number | null,
  compare: (shown: readonly Demonstration[]) => Promise<ComparedActions>,
): Promise<readonly TaskMixing[]> {
  const mixing: TaskMixing[] = [];
  for (const task of uniqueTasks(demonstrations.map((shown) => shown.task))) {
    const shown = demonstrations.filter((demonstration) => isSameTask(demonstration.task, task));
    const weight =
      beta === null ? 1 : mixingWeight(await compare(shown), { beta, demonstrations: shown.length });
    mixing.push({ task, weight });
  }
  return mixing;
}

/** Reads in observations [n, O] which task each is told, and says how much of what is done there is what was fine-tuned. */
export function toldWeights(
  { mixing, otherwise, part, spec }: Mixture,
  observations: Float32Array,
): (row: number) => number {
  const { start } = observationParts(spec)[part]!;
  return (row) => {
    const told = (k: number) => observations[row * spec.observationSize + start + k];
    const known = mixing.find(({ task }) => task.code.every((value, k) => Math.fround(value) === told(k)));
    return known?.weight ?? otherwise;
  };
}
