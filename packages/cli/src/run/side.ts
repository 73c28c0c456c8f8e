import type { TrainingRun } from '@lamo/algos';
import type { DatasetWarning } from '@lamo/core';
import type { LoadedGpt2 } from '@lamo/models';
import type { Device } from '@lamo/runtime';
import type { z } from 'zod';
import type { SnapshotRecord } from '../language/snapshot-measure';
import type { RunGroup } from '../report/run-group';
import type { Settings } from './compare-settings';
import type { RunManifest } from './manifest';
import type { OpenRun, RunObserver } from './open-run';
import type { RunFolder } from './run-folder';
import type { NewRun } from './start-run';
import type { Visits } from './take-steps';

/** What a run learns from, opened. */
export interface OpenedData {
  readonly data: unknown;
  /** What is doubtful about it. */
  readonly warnings: readonly DatasetWarning[];
  /** Part of it that steps do not see, and are measured on. @default none */
  readonly heldOut?: number | undefined;
  /** Measures a model on what was held out, and lets it write, for data that have some. */
  measure?(model: LoadedGpt2, device: Device, signal?: AbortSignal): Promise<Omit<SnapshotRecord, 'step'>>;
  /** Writes what a checkpoint needs beside it, before each one: data that have grown. */
  keep?(folder: RunFolder): void;
  /** Frees what was opened. */
  close?(): void;
}

/** What is said of the data of a run, by its manifest. */
export interface DataSummary {
  /** Name for humans. */
  readonly name: string;
  /** What it is called: dataset, text. */
  readonly kind: string;
  /** How much it is, and its hash. */
  readonly facts: string;
  /** What a language model is measured on, and how much of it, for data of which some were held out. */
  readonly heldOut?: string;
  /** The least mean loss that a language model can have on it, in nats per token, where that is known. */
  readonly leastLoss?: number;
  /** Equal for equal data that were read in the same way. */
  readonly key: string;
  /** How they were read, where that differs from what is usual. */
  readonly reading: Readonly<Record<string, unknown>>;
}

/** What runs need to know of a kind of data. */
export interface DataSide {
  /** What a manifest says of the data. */
  readonly fields: z.ZodRawShape;
  /** Says what a run learned from. */
  summarise(manifest: RunManifest): DataSummary;
  /** The hash of the data; see `Starter.dataHash`. */
  hash(manifest: RunManifest): string;
  /** How they were read, by the names of the options, as a new run would be asked for it; see `Starter`. */
  settings(manifest: RunManifest): Settings;
  /** Says for what sizes an algorithm is built that learns from such data, by the spec that it is built for. */
  describeSizes(spec: object): string;
  /** Opens again what a run learned from, and checks that it is the same. @param moved where it is now, if it was moved */
  reopen(
    run: { readonly folder: RunFolder; readonly manifest: RunManifest },
    moved: string | undefined,
    observer: RunObserver,
  ): Promise<OpenedData>;
}

/** What runs need to know of a kind of result. */
export interface ResultSide {
  /** What a manifest says of how the result is looked at on its way. */
  readonly fields: z.ZodRawShape;
  /** Plans how the result of a new run on a dataset is looked at; left out where no algorithm on datasets makes one. */
  plan?(run: Pick<NewRun, 'algorithm' | 'evaluation' | 'estimateEvery'>): LookPlan;
  /** How a run is looked at, by the names of the options. */
  settings(manifest: RunManifest): Settings;
  /** How often it is looked at, in steps; null: never. */
  every(manifest: RunManifest): number | null;
  /** Where the result is played on its way; null: nowhere. @default nothing can be played */
  playsIn?(manifest: RunManifest): string | null;
  /** Name of the file that tells how the result came about. */
  readonly records: string;
  /** Checks, before a file is touched, that a training is the one that a manifest describes. @throws LamoError if it is not */
  checkResumed?(manifest: RunManifest, training: TrainingRun): Promise<void>;
  /** Where the result lies once the run is finished. */
  pathIn(folder: RunFolder): string;
  /** Checks files that only runs with such a result have. @throws LamoError `damaged-file` */
  checkFiles(folder: RunFolder): void;
  /** Takes those files back to a step. */
  rewind(folder: RunFolder, step: number): void;
  /** Looks at the result on its way. */
  visits(run: OpenRun, opened: OpenedData, device: Device, observer: RunObserver): ResultVisits;
  /** Words what was found of a snapshot of a model, where there are any. */
  wordSnapshot?(record: SnapshotRecord, data: DataSummary): string;
  /** What a finished run says to programs, and to people. */
  describe(folder: RunFolder, manifest: RunManifest): ResultDescription;
  /** What finished runs that differ only in their seed say to people together. */
  describeSeeds(group: RunGroup): string;
  /** Writes the result, whole or not at all. */
  save(run: OpenRun): Promise<void>;
}

/** What a finished run says. */
export interface ResultDescription {
  /** To programs. */
  readonly summary: object;
  /** To people, if the result can be said in words. */
  readonly answer?: string;
  /** Where the result is. */
  readonly note: string;
}

/** How the result of a new run is looked at on its way. */
export interface LookPlan {
  /** Steps between looks; null: none. */
  readonly every: number | null;
  /** What a user set of it, by the names of the options; see {@link ResultSide.settings}. */
  readonly settings: Settings;
  /** What the manifest says of it. */
  describe(training: TrainingRun): Promise<object>;
}

/** Visits that may hold memory of the device. */
export interface ResultVisits extends Visits {
  dispose(): Promise<void>;
}
