import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '@lamo/core';
import type { PolicyManifest } from '../../../packages/cli/src/run/policy-manifest';

/** A policy's episodes after some training. */
export interface BaselineEvaluation {
  readonly step: number;
  /** Seconds of training until then, evaluations not counted. */
  readonly trainingSeconds: number;
  /** What the seeds of the episodes follow from. */
  readonly seed: number;
  /** Mean return on D4RL's scale. */
  readonly score: number;
  /** Undiscounted sums of rewards. */
  readonly returns: readonly number[];
}

/** One run of the table of baselines, as its file says it. */
export interface BaselineRecord {
  readonly entrant: string;
  readonly title: string;
  /** What trained it: `onnxruntime 1.30.0, cpu, 1 thread`, `PyTorch 2.6.0`. */
  readonly trainedBy: string;
  readonly isCounterpart: boolean;
  readonly environment: string;
  readonly dataset: Omit<PolicyManifest['dataset'], 'path'>;
  readonly preset: string | null;
  /** All settings of the algorithm; of a counterpart those that it was given. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly steps: number;
  readonly versions: PolicyManifest['versions'];
  readonly machine: string;
  readonly evaluations: readonly BaselineEvaluation[];
}

/** How often a policy is evaluated on its way, the end included. */
export const EVALUATIONS = 4;

/** Steps from one evaluation to the next. */
export function evaluationInterval(steps: number): number {
  return Math.ceil(steps / EVALUATIONS);
}

/** Writes a record, whole or not at all. */
export function writeRecord(path: string, record: BaselineRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, `${JSON.stringify(record, null, 1)}\n`);
}

/** Reads a record, if it is there. */
export function readRecord(path: string): BaselineRecord | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BaselineRecord) : undefined;
}

/** Tells whether a run has reached its last evaluation. */
export function isFinished({ steps, evaluations }: BaselineRecord): boolean {
  return evaluations.at(-1)?.step === steps;
}
