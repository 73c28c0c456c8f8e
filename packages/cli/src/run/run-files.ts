import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@lamo/core';
import { environmentSlug } from '../environment-slug';
import type { EvaluationResult } from './evaluate-policy';
import { withFileLock } from './file-lock';
import { readJsonFile } from './json-file';
import { appendJsonLine, checkAppendable, type JsonLines, keepJsonLines, readJsonLines } from './json-lines';
import { checkLock } from './lock-run';
import type { EvaluationPlan } from './policy-manifest';
import {
  type EvaluationLine,
  type EvaluationRecord,
  evaluationLine,
  type MetricsRecord,
  metricsRecord,
  type TimingRecord,
  type TrajectoriesRecord,
  timingRecord,
  trajectoriesRecord,
} from './records';
import { isTemporary, type RunFolder } from './run-folder';

/** Appends metrics to a run. @throws LamoError `disk-full`, `not-writable`, `lock-lost` */
export function appendMetrics(folder: RunFolder, record: MetricsRecord): void {
  checkLock(folder.path);
  appendJsonLine(metricsOf(folder), record);
}

/** Appends what some activity took. @throws LamoError `disk-full`, `not-writable`, `lock-lost` */
export function appendTiming(folder: RunFolder, record: TimingRecord): void {
  checkLock(folder.path);
  appendJsonLine(timingOf(folder), { ...record, seconds: Number(record.seconds.toFixed(4)) });
}

/**
 * Appends an evaluation, and keeps what happened in its episodes, if that was recorded.
 *
 * @returns path of the recording, if there is one
 * @throws LamoError `disk-full`
 */
export function appendEvaluation(
  folder: RunFolder,
  { evaluation, trajectories }: EvaluationResult,
): string | undefined {
  checkLock(folder.path);
  return sharingEvaluations(folder, () => {
    const path = trajectories === undefined ? undefined : saveTrajectories(folder, evaluation, trajectories);
    appendJsonLine(evaluationsOf(folder), evaluation);
    return path;
  });
}

function saveTrajectories(
  folder: RunFolder,
  { inTraining, seed, returns }: EvaluationRecord,
  trajectories: TrajectoriesRecord,
): string {
  makeFolder(folder.trajectories);
  const { environment, step, targetReturn } = trajectories;
  const target = targetReturn === null ? '' : `-target-${targetReturn}`;
  // Another evaluation leaves the file of the one in training as it is.
  const other = inTraining ? '' : `-seed-${seed}-episodes-${returns.length}`;
  const path = join(
    folder.trajectories,
    `${environmentSlug(environment)}-step-${step}${target}${other}.json`,
  );
  writeFileAtomic(path, `${JSON.stringify(trajectories)}\n`);
  return path;
}

/**
 * Checks, before episodes are played for it, that an evaluation can be added to a run.
 *
 * @throws LamoError `not-writable`, `damaged-file`
 */
export function checkEvaluations(folder: RunFolder): void {
  checkAppendable(evaluationsOf(folder));
}

/** Reads the metrics of a run. @throws LamoError `damaged-file` */
export function readMetrics(folder: RunFolder): MetricsRecord[] {
  return readJsonLines(metricsOf(folder));
}

/** Reads what the activities of a run took. @throws LamoError `damaged-file` */
export function readTiming(folder: RunFolder): TimingRecord[] {
  return readJsonLines(timingOf(folder));
}

/**
 * Reads the evaluations of a run, in the order in which they were made. Earlier versions did not say which ones were
 * made in training: the first one at a step that is as planned.
 *
 * @throws LamoError `damaged-file`
 */
export function readEvaluations(folder: RunFolder, plan: EvaluationPlan | null): EvaluationRecord[] {
  const planned = new Set<string>();
  return readJsonLines(evaluationsOf(folder)).map((line) => {
    const key = `${line.step} ${line.targetReturn}`;
    const inTraining = line.inTraining ?? (isAsPlanned(line, plan) && !planned.has(key));
    if (inTraining) planned.add(key);
    return { ...line, inTraining };
  });
}

function isAsPlanned(
  { environment, seed, returns, targetReturn }: EvaluationLine,
  plan: EvaluationPlan | null,
): boolean {
  if (plan === null || environment !== plan.environment || seed !== plan.seed) return false;
  if (returns.length !== plan.episodes) return false;
  return targetReturn === null ? plan.targetReturns.length === 0 : plan.targetReturns.includes(targetReturn);
}

/** Reads the episodes of a run that were recorded. @throws LamoError `damaged-file` */
export function readTrajectories({ trajectories }: RunFolder): TrajectoriesRecord[] {
  if (!existsSync(trajectories)) return [];
  const names = readdirSync(trajectories).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  return names.map((name) =>
    readJsonFile(join(trajectories, name), trajectoriesRecord, {
      kind: 'a recording of episodes',
      hint: 'Remove the file, or record it again with `lamo evaluate --record`.',
    }),
  );
}

/** Checks that what a run has written can be read, before anything of it is changed or opened. @throws LamoError `damaged-file` */
export function checkRunFiles(folder: RunFolder): void {
  readMetrics(folder);
  readTiming(folder);
  readJsonLines(evaluationsOf(folder));
}

/** Removes from a run what was only needed until it had its manifest, and what killed writers left half-written. */
export function removeLeftOvers(folder: RunFolder): void {
  rmSync(folder.startMark, { force: true });
  rmSync(folder.overwriteMark, { force: true });
  removeTemporaries(folder.path);
  removeTemporaries(folder.checkpoints);
  sharingEvaluations(folder, () => removeTemporaries(folder.trajectories));
}

function removeTemporaries(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter(isTemporary)) rmSync(join(folder, name), { force: true });
}

/**
 * Takes a run's files back to a step, so that what is done again is not there twice. A metrics line that came early,
 * because the run was to end there, goes too: its steps are averaged anew with those that follow.
 */
export function rewindFiles(folder: RunFolder, step: number, logEvery: number): void {
  checkLock(folder.path);
  keepJsonLines(metricsOf(folder), (line) => line.step <= step && line.step % logEvery === 0);
  sharingEvaluations(folder, () => keepJsonLines(evaluationsOf(folder), (line) => line.step <= step));
  keepJsonLines(timingOf(folder), (line) => line.step <= step);
}

/** `lamo evaluate` appends to this one file while the run itself may go on: each waits for the other. */
function sharingEvaluations<T>(folder: RunFolder, work: () => T): T {
  return withFileLock(`${folder.evaluations}.lock`, work);
}

const metricsOf = ({ metrics }: RunFolder): JsonLines<MetricsRecord> => ({
  path: metrics,
  schema: metricsRecord,
  kind: 'a line of metrics',
});

const evaluationsOf = ({ evaluations }: RunFolder): JsonLines<EvaluationLine> => ({
  path: evaluations,
  schema: evaluationLine,
  kind: 'an evaluation',
});

const timingOf = ({ timing }: RunFolder): JsonLines<TimingRecord> => ({
  path: timing,
  schema: timingRecord,
  kind: 'a line of timing',
});
