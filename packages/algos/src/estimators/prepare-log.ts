import type { Dataset } from '@lamo/core';
import { checkRowOrder } from '@lamo/data';
import { fqe } from '../algorithms/fqe';
import { parseConfig } from '../engine/parse-config';
import { toldTaskKind } from '../ingredients/task-observations';
import type { DatasetSpec } from '../kinds/dataset';

/** Settings of FQE that say how a log is read: the range of actions, and what tells a policy its task. */
export interface LogSettings {
  /** What the range of actions is, if it is not given: −1 to 1, or that of the log. @default 'unit' */
  readonly actionBounds?: 'unit' | 'data';
  /** Smallest action: one number, or one for each component. */
  readonly actionLow?: number | readonly number[] | null;
  /** Largest action: one number, or one for each component. */
  readonly actionHigh?: number | readonly number[] | null;
  /** What tells the policy its task: a column of infos, or a part of observations. */
  readonly task?: string | null;
  /** How many tasks there are, if that column has their numbers. */
  readonly taskClasses?: number | null;
}

/** A log in the form of batches. */
export interface PreparedLog {
  /** As batches have it: actions between −1 and 1, or a column for each class; a task behind the observations. */
  readonly data: Dataset;
  /** What networks and policies are built for. */
  readonly spec: DatasetSpec;
}

/**
 * Brings a log into the form in which policies are judged, as FQE does.
 *
 * @throws LamoError `actions-out-of-range`, `rows-out-of-order`, `invalid-config`, and what reading a task throws
 */
export function prepareLog(dataset: Dataset, settings: LogSettings = {}): PreparedLog {
  checkRowOrder(dataset, 'algos/estimators', 'the course of episodes');
  const { data, spec } = toldTaskKind.prepare(dataset, parseConfig(fqe, { ...settings }));
  return { data, spec };
}
