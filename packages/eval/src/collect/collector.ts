import type { Dataset } from '@lamo/core';
import type { EnvironmentEntry } from '../define-environment';

/** What a collector is asked for. */
export interface CollectTask {
  /** Rows. */
  readonly steps: number;
  /** Equal seeds give equal data. */
  readonly seed: number;
  /** Whether it may disturb its actions, if it does so. */
  readonly noise: boolean;
  /** Aborted, it ends the collection with its reason as the error. */
  readonly signal?: AbortSignal;
  /** Called now and then with the number of rows so far. */
  readonly onProgress?: (rows: number) => void;
}

/** A scripted way to make data. */
export interface Collector {
  /** Its name on the command line. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly description: string;
  /** Plays in an environment, and writes down every step. */
  collect(environment: EnvironmentEntry, task: CollectTask): Promise<Dataset>;
}
