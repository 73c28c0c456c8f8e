export { renderReport } from './report/render-report';
export { type RunRecord, readRun } from './report/run-record';
export type { EvaluationPlan, Manifest, Session } from './run/manifest';
export type { OpenRun, RunObserver } from './run/open-run';
export type { EvaluationRecord, MetricsRecord, TimingRecord, TrajectoriesRecord } from './run/records';
export { type ResumeOptions, resumeRun } from './run/resume-run';
export type { RunFolder } from './run/run-folder';
export { type NewRun, startRun } from './run/start-run';
export { runCli } from './run-cli';
