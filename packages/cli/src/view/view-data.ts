import type { Scene } from '@lamo/eval';

/** What the page shows: recordings of one run. */
export interface ViewData {
  /** What was trained, and where it plays. */
  readonly title: string;
  /** The recordings, the latest first. */
  readonly recordings: readonly RecordingSummary[];
}

/** Episodes of one evaluation with one target return. */
export interface RecordingSummary {
  /** Gradient steps that were taken. */
  readonly step: number;
  /** Id of the environment. */
  readonly environment: string;
  /** What the policy was asked for, in raw units; null if it follows no target. */
  readonly targetReturn: number | null;
  /** Every episode, without what happened in it. */
  readonly episodes: readonly EpisodeSummary[];
}

/** One line of the list of episodes. */
export interface EpisodeSummary {
  /** What the environment was reset with. */
  readonly seed: number;
  /** Undiscounted sum of rewards. */
  readonly return: number;
  /** Steps of the environment. */
  readonly length: number;
  /** Whether the task ended, rather than the time. */
  readonly terminated: boolean;
}

/** What there is to be seen of an environment. */
export interface StageData {
  /** Shapes, fixed to bodies; null for an environment without a shape. */
  readonly scene: Scene | null;
  /** Seconds of its world that a step takes. */
  readonly secondsPerStep: number;
}

/** What happened in an episode, row by row. */
export interface EpisodeData {
  /** [length] */
  readonly rewards: readonly number[];
  /** A, the numbers in one action. */
  readonly actionSize: number;
  /** [length, A] */
  readonly actions: readonly number[];
  /** What the critics thought of them, [length], and of which rewards; none without critics */
  readonly judged?: { readonly values: readonly number[]; readonly rewards: 'raw' | 'transformed' };
}
