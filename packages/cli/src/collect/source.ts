import type { Dataset } from '@lamo/core';
import type { CollectTask, EnvironmentEntry } from '@lamo/eval';

/** The quality that no policy plays: what SAC logs on its way to `medium`. */
export const MEDIUM_REPLAY = 'medium-replay';

/** What a source is to do. */
export interface SourceTask extends Required<Pick<CollectTask, 'seed' | 'noise' | 'batch' | 'workers'>> {
  /** How many to collect, or at most, where it is the source that knows how many there are. */
  readonly rows?: number | undefined;
  /** File that the rows go to, for what lies beside it. */
  readonly out: string;
}

/** Data, and what there is to say of how they came about. */
export interface Collected {
  readonly dataset: Dataset;
  /** Where the rows of a task are a limit: whether these are all that there are. */
  readonly whole?: boolean;
  /** For programs. */
  readonly facts?: object;
  /** For people: `the training is in …`. */
  readonly note?: string;
}

/** Where data come from: who plays, or what has been played. It shows its own progress. */
export interface Source {
  /** As it was named on the command line. */
  readonly name: string;
  /** How many rows it makes unless something else is said. @default it knows how many there are */
  readonly rows?: number;
  /** The SHA-256 of each file that it plays or copies, by its name: equal ones make equal data. */
  files(): Readonly<Record<string, string>>;
  /** Checks what can be checked before anything is collected. @throws LamoError */
  check?(environment: EnvironmentEntry, task: SourceTask): void | Promise<void>;
  collect(environment: EnvironmentEntry, task: SourceTask): Promise<Collected>;
}
