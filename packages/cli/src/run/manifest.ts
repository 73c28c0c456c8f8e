import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type DatasetWarning, LamoError, writeFileAtomic } from '@lamo/data';
import { lamoVersion } from '../version';

/** Raised when the layout of run folders changes. */
const FORMAT = 1;

/** How a run is evaluated while it trains. */
export interface EvaluationPlan {
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
  readonly command: string;
  readonly fromStep: number;
}

/** What every run has in its `manifest.json`. Everything in it but `sessions` is settled when the run begins. */
export interface RunManifest {
  readonly format: number;
  /** All settings, the defaults too. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly steps: number;
  readonly logEvery: number;
  readonly checkpointEvery: number;
  readonly device: {
    readonly name: string;
    /** null: as many as the device chose. */
    readonly threads: number | null;
    /** Library, version, threads. */
    readonly description: string;
  };
  readonly versions: { readonly lamo: string; readonly node: string };
  readonly machine: string;
  readonly sessions: readonly Session[];
}

/** What a training run is, as `manifest.json`. */
export interface Manifest extends RunManifest {
  readonly algorithm: string;
  readonly preset: string | null;
  readonly dataset: {
    readonly name: string;
    readonly path: string;
    /** SHA-256 of the columns. */
    readonly hash: string;
    readonly rows: number;
    /** Of the finished episodes; null if there is none. */
    readonly meanReturn: number | null;
    /** What was doubtful about it; runs of earlier versions do not say. */
    readonly warnings?: readonly DatasetWarning[];
  };
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
  const command = ['lamo', ...process.argv.slice(2)].join(' ');
  return { started: new Date().toISOString(), command, fromStep };
}

/** Writes a manifest. @throws LamoError `disk-full`, `not-writable` */
export function writeManifest(path: string, manifest: RunManifest): void {
  writeFileAtomic(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads the manifest of a training run. @throws LamoError `damaged-manifest`, `run-version`, `not-a-run` */
export function readManifest(path: string): Manifest {
  const manifest = readRunManifest(path) as Manifest;
  if (typeof manifest.algorithm === 'string') return withTargets(manifest);
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-run',
    problem: `${path} is of a pre-training: it has a language model, and no policy`,
    expected: 'a run of `lamo train`',
    hint: 'perplexity.jsonl beside it tells how it went; `lamo pretrain --resume` goes on with it.',
  });
}

/** Reads a manifest, whatever it is of. @throws LamoError `damaged-manifest`, `run-version` */
export function readRunManifest(path: string): RunManifest {
  const manifest = parse(path);
  if (manifest.format === FORMAT) return manifest;
  throw new LamoError({
    where: 'cli/run',
    code: 'run-version',
    problem: `The run of ${path} was written by another version of lamo`,
    expected: `format ${FORMAT}`,
    received: `format ${String(manifest.format)}`,
    hint: 'Use the version of lamo that wrote it, or train again.',
  });
}

/** Runs of earlier versions knew no target returns. */
function withTargets(manifest: Manifest): Manifest {
  const { evaluation } = manifest;
  return {
    ...manifest,
    evaluation: evaluation && { ...evaluation, targetReturns: evaluation.targetReturns ?? [] },
  };
}

function parse(path: string): RunManifest {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunManifest;
  } catch (cause) {
    throw new LamoError({
      where: 'cli/run',
      code: 'damaged-manifest',
      problem: `${path} cannot be read`,
      expected: 'a manifest as `lamo train` writes it',
      received: (cause as Error).message,
      hint: 'Take the file from a backup, or train again.',
      cause,
    });
  }
}
