import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@lamo/data';
import type { EvaluationResult } from './evaluate-policy';
import { appendJsonLine, keepJsonLines, readJsonLines } from './json-lines';
import type { EvaluationPlan } from './manifest';
import type { EvaluationRecord, MetricsRecord, TimingRecord } from './records';
import type { RunFolder } from './run-folder';

/** Appends metrics to a run. @throws LamoError `disk-full`, `not-writable` */
export function appendMetrics({ metrics }: RunFolder, record: MetricsRecord): void {
  appendJsonLine(metrics, record);
}

/** Appends what some activity took. @throws LamoError `disk-full`, `not-writable` */
export function appendTiming({ timing }: RunFolder, record: TimingRecord): void {
  appendJsonLine(timing, { ...record, seconds: Number(record.seconds.toFixed(4)) });
}

/** Appends an evaluation, and keeps what the policy saw, if that was recorded. @throws LamoError `disk-full` */
export function appendEvaluation(folder: RunFolder, { evaluation, trajectories }: EvaluationResult): void {
  if (trajectories !== undefined) {
    mkdirSync(folder.trajectories, { recursive: true });
    const { environment, step, targetReturn } = trajectories;
    const target = targetReturn === null ? '' : `-target-${targetReturn}`;
    // Another evaluation leaves the file of the one in training as it is.
    const { inTraining, seed, returns } = evaluation;
    const other = inTraining ? '' : `-seed-${seed}-episodes-${returns.length}`;
    const path = join(folder.trajectories, `${environment}-step-${step}${target}${other}.json`);
    writeFileAtomic(path, `${JSON.stringify(trajectories)}\n`);
  }
  appendJsonLine(folder.evaluations, evaluation);
}

/**
 * Reads the evaluations of a run. Earlier versions knew no target returns, so theirs have none; nor did they say which
 * evaluations were made in training: the first one at a step that is as planned.
 */
export function readEvaluations({ evaluations }: RunFolder, plan: EvaluationPlan | null): EvaluationRecord[] {
  const planned = new Set<string>();
  return readJsonLines<Partial<EvaluationRecord> & EvaluationRecord>(evaluations).map((line) => {
    const { step, targetReturn = null } = line;
    const key = `${step} ${targetReturn}`;
    const inTraining = line.inTraining ?? (isAsPlanned(line, plan) && !planned.has(key));
    if (inTraining) planned.add(key);
    return { ...line, targetReturn, inTraining };
  });
}

function isAsPlanned(
  { environment, seed, returns, targetReturn = null }: EvaluationRecord,
  plan: EvaluationPlan | null,
): boolean {
  if (plan === null || environment !== plan.environment || seed !== plan.seed) return false;
  if (returns.length !== plan.episodes) return false;
  return targetReturn === null ? plan.targetReturns.length === 0 : plan.targetReturns.includes(targetReturn);
}

/**
 * Takes a run's files back to a step, so that what is done again is not there twice. A metrics line that came early,
 * because the run was to end there, goes too: its steps are averaged anew with those that follow.
 */
export function rewindFiles(folder: RunFolder, step: number, logEvery: number): void {
  keepJsonLines<MetricsRecord>(folder.metrics, (line) => line.step <= step && line.step % logEvery === 0);
  keepJsonLines<EvaluationRecord>(folder.evaluations, (line) => line.step <= step);
  keepJsonLines<TimingRecord>(folder.timing, (line) => line.step <= step);
}
