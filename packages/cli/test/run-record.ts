import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../src/report/run-record';
import type { PolicyManifest } from '../src/run/policy-manifest';
import type { EvaluationRecord } from '../src/run/records';

/** What a test wants to say of a run; the rest is filled in. */
export interface RunParts extends Partial<Omit<RunRecord, 'manifest'>> {
  readonly manifest?: Partial<PolicyManifest>;
}

/** Makes what a run's folder says: BC after 200 steps in 10 s, not evaluated. */
export function runRecord({ manifest, ...parts }: RunParts = {}): RunRecord {
  return {
    path: 'runs/some',
    metrics: [],
    evaluations: [],
    perplexities: [],
    preferences: [],
    texts: [],
    estimates: [],
    logEstimates: [],
    timing: [{ step: 200, activity: 'training', seconds: 10 }],
    trajectories: [],
    ...parts,
    manifest: {
      format: 1,
      algorithm: 'bc',
      preset: null,
      config: {},
      seed: 0,
      steps: 200,
      logEvery: 100,
      checkpointEvery: 100,
      dataset: { name: 'data', path: '/nowhere/data.hdf5', hash: 'abc', rows: 10, meanReturn: null },
      evaluation: null,
      device: { name: 'cpu', threads: null, description: 'some library' },
      versions: { lamo: '0.0.0', node: '20.19.0' },
      machine: 'some machine',
      sessions: [{ started: '2026-01-01T00:00:00.000Z', command: 'lamo train', fromStep: 0 }],
      ...manifest,
    },
  };
}

/** Writes a folder that says of a run what a record says. */
export function writeRun(path: string, { manifest, evaluations, timing }: RunRecord): void {
  mkdirSync(path, { recursive: true });
  const lines = (records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(path, 'evaluations.jsonl'), lines(evaluations));
  writeFileSync(join(path, 'timing.jsonl'), lines(timing));
}

/** Makes an evaluation in training at step 200 in an environment without reference returns; each episode has its own start. */
export function evaluationRecord(
  returns: readonly number[],
  parts: Partial<EvaluationRecord> = {},
): EvaluationRecord {
  return {
    step: 200,
    environment: 'my-environment-v0',
    inTraining: true,
    targetReturn: null,
    seed: 0,
    score: null,
    returns,
    lengths: returns.map(() => 100),
    seeds: returns.map((_, i) => 1000 * (parts.seed ?? 0) + i),
    ...parts,
  };
}

/** What manifests say of text and of completions, for runs that learn from them. */
export const languageFields = {
  text: {
    ...{ sources: ['/texts/book.txt'], subset: null, split: null, context: 256, shuffleSeed: null },
    ...{ fingerprint: 'abc', blocks: 10, heldOutBlocks: 1, heldOut: 0.1 },
  },
  completions: {
    ...{ files: ['/texts/answers.jsonl'], promptField: 'prompt', completionField: 'completion' },
    ...{
      context: 64,
      tooLong: 'refuse',
      fingerprint: 'abc',
      examples: 90,
      heldOutExamples: 10,
      heldOut: 0.1,
    },
  },
  tokenizer: { from: 'nano', vocabularySize: 2048 },
};
