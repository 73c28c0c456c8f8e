import type { Dataset, Environment, EnvironmentSpec, Policy } from '@lamo/core';
import type { EnvironmentEntry } from '../define-environment';
import type { Snapshot } from './snapshot';

/** Options of a collector. */
export interface CollectTask {
  /** How many to collect. */
  readonly rows: number;
  /** Equal seeds give equal data. */
  readonly seed: number;
  /** Whether it may add noise to its actions, if it can. */
  readonly noise: boolean;
  /** How many episodes to play side by side, if it plays episodes: what a policy draws depends on it. @default 1 */
  readonly batch?: number;
  /** Threads that the physics of these episodes is split over. @default 0: none but this one */
  readonly workers?: number;
  /** When aborted, the collection ends with its reason as the error. */
  readonly signal?: AbortSignal;
  /** Called from time to time with the number of rows so far. */
  readonly onProgress?: (rows: number) => void;
}

/** A scripted way to collect data. */
export interface Collector {
  /** Its name on the command line. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly description: string;
  /** The policies that it plays, of those that come with this package. @default none */
  readonly snapshots?: readonly Snapshot[];
  /** Plays in an environment and records every step. */
  collect(environment: EnvironmentEntry, task: CollectTask): Promise<Dataset>;
}

/** A policy that makes data by playing whole episodes. */
export interface Player extends Pick<Collector, 'name' | 'description'> {
  /** What it plays, if that comes with this package. */
  readonly snapshot?: Snapshot;
  /** Makes the policy that plays; the seed is for what it draws itself. */
  policy(spec: EnvironmentSpec, task: Pick<CollectTask, 'seed' | 'noise'>): Policy | Promise<Policy>;
  /** Starts what it plays in, where its episodes end elsewhere than the task's do. @default the environment */
  open?(spec: EnvironmentSpec): Promise<Environment>;
}

/** Players that share the rows evenly, one after the other. */
export interface Mixture extends Pick<Collector, 'name' | 'description'> {
  /** Who plays, first to last. */
  readonly players: readonly Player[];
}
