import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@lamo/data';
import type { EvaluationResult } from './evaluate-policy';
import { appendJsonLine, keepJsonLines, readJsonLines } from './json-lines';
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
    const path = join(folder.trajectories, `${environment}-step-${step}${target}.json`);
    writeFileAtomic(path, `${JSON.stringify(trajectories)}\n`);
  }
  appendJsonLine(folder.evaluations, evaluation);
}

/** Reads the evaluations of a run. Those of earlier versions, which knew no target returns, have none. */
export function readEvaluations({ evaluations }: RunFolder): EvaluationRecord[] {
  return readJsonLines<EvaluationRecord>(evaluations).map((line) => ({
    ...line,
    targetReturn: line.targetReturn ?? null,
  }));
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
