import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LamoError } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logEstimateRecord } from '../../test/log-estimate-record';
import { evaluationRecord, runRecord } from '../../test/run-record';
import { perplexityOf } from '../language/perplexity-records';
import { renderReport } from '../report/render-report';
import { readRun } from '../report/run-record';
import { describeEstimate } from './describe-estimates';
import { estimatesOf } from './estimate-records';
import { readJsonLines } from './json-lines';
import { readManifest } from './read-manifest';
import { runFolder } from './run-folder';

const folder = mkdtempSync(join(tmpdir(), 'lamo-damaged-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MAZE = 'maze2d-umaze-v1';
const { manifest, timing } = runRecord({
  manifest: {
    evaluation: { environment: MAZE, every: 100, episodes: 2, targetReturns: [], seed: 3 },
  },
});
const pretraining = {
  ...manifest,
  algorithm: 'pretrain',
  config: { batchSize: 8, learningRate: 1e-3, warmupSteps: 10, weightDecay: 0.1, maxGradientNorm: 1 },
  text: {
    ...{ sources: ['book.txt'], subset: null, split: null, heldOut: 0.1, context: 16, shuffleSeed: null },
    ...{ fingerprint: 'abc', blocks: 10, heldOutBlocks: 1 },
  },
  tokenizer: { from: null, vocabularySize: 300 },
  snapshotEvery: 10,
};

const { text: _text, ...languageModel } = pretraining;
const fineTuning = {
  ...languageModel,
  algorithm: 'sft',
  completions: {
    ...{ files: ['answers.jsonl'], promptField: 'prompt', completionField: 'completion', heldOut: 0.1 },
    ...{ context: 16, tooLong: 'refuse', fingerprint: 'abc', examples: 9, heldOutExamples: 1 },
  },
};

const { evaluation: _evaluation, ...onDataset } = manifest;
const judging = { ...onDataset, algorithm: 'fqe', estimation: { every: 10, policy: 'abc' } };

/** One record of every file that a run writes and something reads later. */
const files: Readonly<Record<string, object>> = {
  'manifest.json': manifest,
  'metrics.jsonl': { step: 100, metrics: { loss: 0.5 } },
  'evaluations.jsonl': evaluationRecord([1, 2], { environment: MAZE, seed: 3 }),
  'timing.jsonl': timing[0]!,
  'trajectories/a.json': {
    ...{ step: 200, environment: MAZE, targetReturn: null, observationSize: 2 },
    episodes: [
      {
        ...{ seed: 0, return: 1, observations: [1, 1, 2, 1], terminated: false },
        ...{ actions: [0, 1], rewards: [1], qpos: [1, 1] },
      },
    ],
  },
  'pretraining/manifest.json': pretraining,
  'fine-tuning/manifest.json': fineTuning,
  'judging/manifest.json': judging,
  'judging/estimates.jsonl': {
    ...{ step: 100, value: 2, interval: { low: 1, high: 3 }, networks: [1, 3], episodes: 9, discount: 0.9 },
    ...{ logged: 1, attainable: { low: 0, high: 10 }, policy: 'abc' },
  },
  'log-estimates.jsonl': logEstimateRecord(5),
  'pretraining/perplexity.jsonl': { step: 100, loss: 2, perplexity: 7.4, tokens: 100 },
};

/** An episode of two steps. */
function recorded(rewards: readonly number[], actions: readonly number[] = []): object {
  return { seed: 0, return: 1, observations: [1, 1, 2, 1, 3, 1], rewards, actions };
}

function write(records: Readonly<Record<string, unknown>>): void {
  for (const [name, record] of Object.entries(records)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `${JSON.stringify(record)}\n`);
  }
}

/** Reads each run, and makes of it what is made of such a run, by its folder. */
const readers: Readonly<Record<string, () => unknown>> = {
  pretraining() {
    readManifest(join(folder, 'pretraining', 'manifest.json'));
    readJsonLines(perplexityOf(runFolder(join(folder, 'pretraining'))));
  },
  'fine-tuning': () => readManifest(join(folder, 'fine-tuning', 'manifest.json')),
  judging() {
    readManifest(join(folder, 'judging', 'manifest.json'));
    describeEstimate(readJsonLines(estimatesOf(runFolder(join(folder, 'judging')))));
  },
};

/** Reads the run that a file is of. */
async function readRunOf(name: string): Promise<void> {
  const reader = readers[dirname(name)];
  if (reader !== undefined) return void reader();
  const page = await renderReport([readRun(folder)], new Date(0));
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
}

type Path = readonly string[];

/** Paths to every value of a record, the record itself included. */
function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))];
}

/** A copy of a record with another value at the end of a path; undefined leaves it out. */
function replaced(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, replacement);
  return copy;
}

/** Settings are the algorithm's to check, when it is given them again; what a metric is called is anybody's choice. */
const isChecked = (path: Path) => path[0] !== 'config' || path.length === 1;

beforeAll(() => write(files));

it.each(Object.keys(files))('%s is read as it is written', (name) => readRunOf(name));

describe.each(Object.keys(files))('%s', (name) => {
  const record = files[name]!;
  it.each(
    paths(record)
      .filter(isChecked)
      .map((path) => [path.join('.') || 'the whole', path] as const),
  )('is refused, or is of use, whatever %s is', async (_, path) => {
    for (const value of [undefined, null, 0, -1, 0.5, '', 'text', [], {}, [null], true]) {
      const changed = replaced(record, path, value);
      if (changed === undefined) continue;
      write({ [name]: changed });
      const error = await readRunOf(name).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) continue;
      expect(LamoError.isInstance(error), `${JSON.stringify(value)}: ${error}`).toBe(true);
      expect((error as Error).message).toContain(join(folder, name));
    }
    write({ [name]: record });
  });
});

it.each([
  [
    'manifest.json',
    'checkpointEvery',
    undefined,
    /manifest\.json .*`checkpointEvery`.* Expected a number, received nothing/,
  ],
  ['trajectories/a.json', 'observationSize', 0, /`observationSize`.* received 0/],
  ['trajectories/a.json', 'observationSize', -1, /`observationSize`.* received -1/],
  ['trajectories/a.json', 'observationSize', 3, /`observationSize`.* Expected a size that divides/],
  ['trajectories/a.json', 'episodes', [recorded([1])], /`episodes`.* Expected a reward, an action/],
  [
    'trajectories/a.json',
    'episodes',
    [recorded([1, 0], [0, 1, 2])],
    /`episodes`.* Expected a reward, an action/,
  ],
  ['evaluations.jsonl', 'returns', [1], /Line 1 of .*`lengths`.* Expected as many as there are returns/],
  [
    'metrics.jsonl',
    'metrics',
    { loss: null },
    /Line 1 of .*`metrics\.loss`.* Expected a number, received null/,
  ],
] as const)('%s says what is wrong with %s when it is %j', async (name, field, value, message) => {
  write({ [name]: replaced(files[name], [field], value) });
  await expect(readRunOf(name)).rejects.toThrow(message);
  write({ [name]: files[name] });
});
