import { type Dataset, LamoError, type Task } from '@lamo/core';
import { classCount, describeActions, selectEpisodes } from '@lamo/data';
import { findPart } from '../ingredients/observation-part';
import type { Sizes } from '../kinds/dataset';

const WHERE = 'algos/active';

/** One episode in which somebody shows how a task is done. */
export interface Demonstration {
  /** What was shown. */
  readonly task: Task;
  /** One episode, whose observations say the task in a part of them. */
  readonly dataset: Dataset;
  /** Whether it was among the first, which no rule asked for. @default false */
  readonly isWarmStart?: boolean;
}

/** Rows of demonstrations, with the task that they are looked at for. */
export interface LabelledRows {
  /** [n, O] with the task's code in its part */
  readonly observations: Float32Array;
  /** [n, A] what the expert did, in raw units, or [n, 1] classes */
  readonly actions: Float32Array;
  /** Where they are taken from, [n]: learners that look at earlier steps, too, find them there. */
  readonly from: readonly LabelledRow[];
}

/** A row of a demonstration, and the task that it is looked at for. */
export interface LabelledRow {
  /** What it is a row of. */
  readonly demonstration: Demonstration;
  /** What it is looked at for. */
  readonly task: Task;
  /** Which one, from 0. */
  readonly row: number;
}

/**
 * Takes the episodes of a dataset as demonstrations of a task.
 *
 * @param part the columns of the observations that say the task
 * @throws LamoError `unknown-part`, `shape-mismatch` if it has another size than the task's code, `other-task` if the observations say
 *   another one
 */
export function readDemonstrations(dataset: Dataset, task: Task, part: string): Demonstration[] {
  const { start, end } = findPart(dataset, part);
  if (end - start !== task.code.length) {
    const problem = `The part '${part}' of the observations of \`${dataset.name}\` has another size than the code of task ${task.name}`;
    throw wrong('shape-mismatch', problem, `${task.code.length} columns`, String(end - start));
  }
  const { observations, observationSize } = dataset;
  for (let row = 0; row < dataset.size; row++) {
    const told = observations.subarray(row * observationSize + start, row * observationSize + end);
    if (task.code.every((value, i) => Math.fround(value) === told[i])) continue;
    const problem = `Row ${row} of \`${dataset.name}\` is of another task than ${task.name}`;
    throw wrong('other-task', problem, `${part}: ${task.code.join(', ')}`, [...told].join(', '));
  }
  // All have the same columns, whatever else their files have.
  const { nextObservations: _, ...columns } = dataset;
  const episodes = finished({ ...columns, infos: {} });
  return Array.from(episodes.episodeEnds, (_, i) => ({ task, dataset: selectEpisodes(episodes, [i]) }));
}

/**
 * Refuses a demonstration whose observations or actions have other sizes than what it is to go with.
 *
 * @param than what that is: `the demonstrations before it`
 * @throws LamoError `shape-mismatch`
 */
export function checkSameSizes(expected: Sizes, dataset: Dataset, than: string): void {
  const [wanted, given] = [sizesOf(expected), sizesOf(dataset)];
  if (given === wanted) return;
  const problem = `\`${dataset.name}\` has other sizes than ${than}`;
  // Files of classes look as those of amounts do where they do not say so.
  const classes = classCount(dataset) === undefined ? classCount(expected) : undefined;
  const hint = `If its actions are classes, say how many there are when it is read (--action-classes ${classes}).`;
  throw wrong('shape-mismatch', problem, wanted, given, classes === undefined ? undefined : hint);
}

function sizesOf({ observationSize, actionSize, actionSpace }: Sizes): string {
  return `observations of ${observationSize} numbers, actions of ${describeActions({ actionSize, actionSpace })}`;
}

/** Whoever shows something is done with it at the end, whether or not that was marked. */
function finished(dataset: Dataset): Dataset {
  if (dataset.lastEpisodeFinished) return dataset;
  const truncated = dataset.truncated.slice();
  truncated[dataset.size - 1] = 1;
  return { ...dataset, truncated, lastEpisodeFinished: true };
}

/**
 * Takes evenly spaced rows of demonstrations and looks at them as if they were of given tasks.
 *
 * @param frames rows of each demonstration at most @default all
 * @returns rows one demonstration after the other, and how many each has
 */
export function labelRows(
  labelled: readonly { readonly demonstration: Demonstration; readonly task: Task }[],
  part: string,
  frames = Number.POSITIVE_INFINITY,
): { readonly rows: LabelledRows; readonly counts: readonly number[] } {
  const counts = labelled.map(({ demonstration }) => Math.min(frames, demonstration.dataset.size));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const first = labelled[0]?.demonstration.dataset;
  const { observationSize, actionSize } = first ?? { observationSize: 0, actionSize: 0 };
  const observations = new Float32Array(total * observationSize);
  const actions = new Float32Array(total * actionSize);
  const from: LabelledRow[] = [];
  let at = 0;
  for (const [i, { demonstration, task }] of labelled.entries()) {
    const { dataset } = demonstration;
    const { start } = findPart(dataset, part);
    for (let frame = 0; frame < counts[i]!; frame++, at++) {
      const row = Math.floor(((frame + 0.5) * dataset.size) / counts[i]!);
      from.push({ demonstration, task, row });
      observations.set(
        dataset.observations.subarray(row * observationSize, (row + 1) * observationSize),
        at * observationSize,
      );
      observations.set(task.code, at * observationSize + start);
      actions.set(dataset.actions.subarray(row * actionSize, (row + 1) * actionSize), at * actionSize);
    }
  }
  return { rows: { observations, actions, from }, counts };
}

function wrong(code: string, problem: string, expected: string, received: string, hint?: string): LamoError {
  return new LamoError({ where: WHERE, code, problem, expected, received, ...(hint && { hint }) });
}
