import { cpus } from 'node:os';
import { type DatasetWarning, LamoError, writeFileAtomic } from '@lamo/core';
import { z } from 'zod';
import { commandLine } from '../terminal/command-line';
import { lamoVersion } from '../version';
import { readJsonFile } from './json-file';
import { checkLock } from './lock-run';
import { type DatasetReading, wholeReading } from './open-dataset';
import type { RunFolder } from './run-folder';

/** Raised when the layout of run folders changes. */
const FORMAT = 1;

/** How a run is evaluated while it trains. */
export interface EvaluationPlan {
  /** Id of the environment. */
  readonly environment: string;
  /** Steps between evaluations; the last step is always evaluated. */
  readonly every: number;
  /** For each target return. */
  readonly episodes: number;
  /** What the policy is told to earn, in raw units; none if it follows no target. */
  readonly targetReturns: readonly number[];
  /** The same at each evaluation, so that the curve shows the policy and not the draw of starts. */
  readonly seed: number;
}

/** One start of the program that worked on a run. */
export interface Session {
  /** ISO 8601. */
  readonly started: string;
  /** The command, as one would type it. */
  readonly command: string;
  /** Gradient steps that had been taken before. */
  readonly fromStep: number;
}

/** What every run has in its `manifest.json`. Everything in it but `sessions` is settled when the run begins. */
export interface RunManifest {
  /** Version of the layout of run folders. */
  readonly format: number;
  /** All settings, the defaults too. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seed of initial weights, batches and noise. */
  readonly seed: number;
  /** Gradient steps in all. */
  readonly steps: number;
  /** Gradient steps between lines of metrics. */
  readonly logEvery: number;
  /** Gradient steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Where it was computed. */
  readonly device: {
    readonly name: string;
    /** null: as many as the device chose. */
    readonly threads: number | null;
    /** Library, version, threads. */
    readonly description: string;
  };
  /** Versions of lamo and Node that started it. */
  readonly versions: { readonly lamo: string; readonly node: string };
  /** System and processor. */
  readonly machine: string;
  /** Every start of the program that worked on it. */
  readonly sessions: readonly Session[];
}

/** What a training run is, as `manifest.json`. */
export interface Manifest extends RunManifest {
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** Name of the preset; null if none. */
  readonly preset: string | null;
  /** What it learned from. */
  readonly dataset: {
    readonly name: string;
    readonly path: string;
    /** SHA-256 of the columns. */
    readonly hash: string;
    readonly rows: number;
    /** Of the finished episodes; null if there is none. */
    readonly meanReturn: number | null;
    /** How the file was read, if not as it is. */
    readonly reading?: DatasetReading;
    /** What was doubtful about it; runs of earlier versions do not say. */
    readonly warnings?: readonly DatasetWarning[];
  };
  /** How it was evaluated on its way; null if it was not. */
  readonly evaluation: EvaluationPlan | null;
}

/** What a manifest says about the program and the machine. */
type Circumstances = 'format' | 'versions' | 'machine' | 'sessions';

/** Fills in what a manifest says about the program and the machine. */
export function createManifest<Run extends object>(run: Run): Run & Pick<RunManifest, Circumstances> {
  const [cpu] = cpus();
  return {
    format: FORMAT,
    ...run,
    versions: { lamo: lamoVersion(), node: process.versions.node },
    machine: `${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}`,
    sessions: [startSession(0)],
  };
}

/** Describes the program's present start. */
export function startSession(fromStep: number): Session {
  return { started: new Date().toISOString(), command: commandLine(), fromStep };
}

/** Writes the manifest of a run. @throws LamoError `disk-full`, `not-writable`, `lock-lost` */
export function writeManifest({ path, manifest: file }: RunFolder, manifest: RunManifest): void {
  checkLock(path);
  writeFileAtomic(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The value of a setting. */
const scalar = z.union([z.number(), z.string(), z.boolean()]);

/** What the `manifest.json` of every run has. Fields that are not named here, of later versions, stay as they are. */
export const runManifest = z.looseObject({
  format: z.int(),
  config: z.record(z.string(), z.union([scalar, z.null(), z.array(scalar)])),
  seed: z.int(),
  steps: z.int().positive(),
  logEvery: z.int().positive(),
  checkpointEvery: z.int().positive(),
  device: z.looseObject({
    name: z.string().min(1),
    threads: z.int().positive().nullable(),
    description: z.string(),
  }),
  versions: z.looseObject({ lamo: z.string(), node: z.string() }),
  machine: z.string(),
  sessions: z.array(z.looseObject({ started: z.string(), command: z.string(), fromStep: z.int().min(0) })),
});

const trainingManifest: z.ZodType<Manifest> = runManifest.extend({
  algorithm: z.string().min(1),
  preset: z.string().nullable(),
  dataset: z.looseObject({
    name: z.string(),
    path: z.string().min(1),
    hash: z.string().min(1),
    rows: z.int().positive(),
    meanReturn: z.number().nullable(),
    // Added later, as the other fields that need not be there.
    reading: z
      .looseObject({
        maxEpisodeSteps: z.int().positive().exactOptional(),
        stepCounting: z.enum(['exact', 'd4rl']).exactOptional(),
        continuing: z.boolean().exactOptional(),
        infos: z.boolean().exactOptional(),
      })
      .transform((reading) => wholeReading(reading, 'd4rl'))
      .exactOptional(),
    warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })).exactOptional(),
  }),
  evaluation: z
    .looseObject({
      environment: z.string().min(1),
      every: z.int().positive(),
      episodes: z.int().positive(),
      // Runs of earlier versions knew none.
      targetReturns: z.array(z.number()).default([]),
      seed: z.int(),
    })
    .nullable(),
});

/** Reads the manifest of a training run. @throws LamoError `damaged-manifest`, `run-version`, `not-a-run` */
export function readManifest(path: string): Manifest {
  if (taskOf(path) !== 'pretrain') return parseManifest(path, trainingManifest, 'lamo train');
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-run',
    problem: `${path} is of a pre-training: it has a language model, and no policy`,
    expected: 'a run of `lamo train`',
    hint: 'perplexity.jsonl beside it tells how it went; `lamo pretrain --resume` goes on with it.',
  });
}

/** Tells what a manifest is of: `pretrain`, or undefined for a training. @throws LamoError `damaged-manifest`, `run-version` */
export function taskOf(path: string): string | undefined {
  const { format, task } = parseManifest(
    path,
    z.looseObject({ format: z.int(), task: z.string().optional() }),
  );
  if (format === FORMAT) return task;
  throw new LamoError({
    where: 'cli/run',
    code: 'run-version',
    problem: `The run of ${path} was written by another version of lamo`,
    expected: `format ${FORMAT}`,
    received: `format ${format}`,
    hint: 'Use the version of lamo that wrote it, or train again.',
  });
}

/** Reads a manifest by its schema. @throws LamoError `damaged-manifest` */
export function parseManifest<T>(path: string, schema: z.ZodType<T>, command = 'lamo'): T {
  return readJsonFile(path, schema, {
    code: 'damaged-manifest',
    kind: `a manifest as \`${command}\` writes it`,
    hint: 'Take the file from a backup, or train again.',
  });
}
