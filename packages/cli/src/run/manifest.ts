import { cpus } from 'node:os';
import { writeFileAtomic } from '@lamo/core';
import type { Precision } from '@lamo/runtime';
import { z } from 'zod';
import { commandLine } from '../terminal/command-line';
import { lamoVersion } from '../version';
import type { InitialRecord } from './load-initial';
import { checkLock } from './lock-run';
import type { RunFolder } from './run-folder';

/** Raised when the layout of run folders changes. */
export const FORMAT = 1;

/** One start of the program that worked on a run. */
export interface Session {
  /** ISO 8601. */
  readonly started: string;
  /** The command, as one would type it. */
  readonly command: string;
  /** Gradient steps that had been taken before. */
  readonly fromStep: number;
  /** Where it was computed; sessions that do not say, where the manifest does. */
  readonly device?: RunManifest['device'];
}

/** What every run has in its `manifest.json`. Everything in it but `sessions` is settled when the run begins. */
export interface RunManifest {
  /** Version of the layout of run folders. */
  readonly format: number;
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** Name of the preset; null if none. */
  readonly preset: string | null;
  /** All settings, the defaults too. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seed of initial weights, batches and noise. */
  readonly seed: number;
  /** Gradient steps in all. */
  readonly steps: number;
  /** The training that it began with; left out if it began anew. */
  readonly initial?: InitialRecord;
  /** Gradient steps between lines of metrics. */
  readonly logEvery: number;
  /** Gradient steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Where it was computed when it began; sessions say where it went on. */
  readonly device: {
    readonly name: string;
    /** null: as many as the device chose. */
    readonly threads: number | null;
    /** How products were computed in training; left out on devices that offer no choice. */
    readonly precision?: Precision;
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

const device = z.looseObject({
  name: z.string().min(1),
  threads: z.int().positive().nullable(),
  precision: z.enum(['float32', 'tf32', 'bf16']).exactOptional(),
  description: z.string(),
});

const session = z.looseObject({
  started: z.string(),
  command: z.string(),
  fromStep: z.int().min(0),
  device: device.exactOptional(),
});

/** What the `manifest.json` of every run has. Fields that are not named here, of later versions, stay as they are. */
export const runManifest = z.looseObject({
  format: z.int(),
  algorithm: z.string().min(1),
  preset: z.string().nullable(),
  config: z.record(z.string(), z.union([scalar, z.null(), z.array(scalar)])),
  seed: z.int(),
  steps: z.int().positive(),
  initial: z.looseObject({ from: z.string(), checkpoint: z.string(), hash: z.string() }).exactOptional(),
  logEvery: z.int().positive(),
  checkpointEvery: z.int().positive(),
  device,
  versions: z.looseObject({ lamo: z.string(), node: z.string() }),
  machine: z.string(),
  sessions: z.array(session),
});
