import type { KeptRuns } from '../kept-runs';

/** What one estimator says of a policy. */
export interface StudyEstimate {
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly effectiveEpisodes: number | null;
  readonly meanWeight: number | null;
  readonly verdict: string;
}

/** One policy: what it is worth, and what estimators say. */
export interface StudyRun {
  readonly policy: string;
  /** Discounted return as far as the log goes, by playing; and its standard error. */
  readonly truth: number;
  readonly error: number;
  /** The same beyond where the log is cut. */
  readonly beyond: number;
  /** How near its actions are to those in the log: minus their mean squared distance, or the share of classes that are the same. */
  readonly agreement: number;
  /** By the name of the estimator; none where the policy has no critics to ask. */
  readonly estimates: Readonly<Record<string, StudyEstimate>>;
  readonly seconds: number;
}

/** What all policies of a task have in common. */
export interface StudySettings {
  readonly task: string;
  readonly discount: number;
  readonly rows: number;
  readonly episodes: number;
  /** Mean discounted return of the log. */
  readonly logged: number;
  /** Steps of FQE, after how many targets are replaced, its networks, and their width. */
  readonly fqe: readonly [steps: number, targetEvery: number, networks: number, hiddenSize: number];
  readonly played: number;
}

/** A file of results. */
export type StudyResults = KeptRuns<StudySettings, StudyRun>;
