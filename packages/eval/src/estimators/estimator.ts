import type { JudgedLog } from '@lamo/core';

/** A sample of a log: how often each episode was drawn, and how far networks are moved. */
export interface Draw {
  /** [E] how often each episode counts; once each for the log itself. */
  readonly counts: ArrayLike<number>;
  /**
   * [K] by how much of its distance from the mean of all networks each one moves the estimate; 0 for the log itself. Drawn so that
   * the moves have the spread of the networks, with the tails of as few of them (Student's t).
   */
  readonly moves: ArrayLike<number>;
}

/** What an estimator made of a log, ready to be asked about samples of it. */
export interface PreparedEstimate {
  /** What the policy is worth by a sample; NaN where nothing in it speaks of the policy. */
  value(draw: Draw): number;
  /** What the episodes of the sample earned, to compare {@link value} with: as far into the future. */
  logged(draw: Draw): number;
  /** (Σ w)² / Σ w² over episodes: as many episodes of equal weight would say as much. Undefined where all weigh the same. */
  readonly effectiveEpisodes?: number;
  /** What weights are on average, whose mean is 1 if they are right and there are enough of them. Undefined where they are shared out. */
  readonly meanWeight?: number;
  /** What is known to be wrong by so much, in units of {@link value}: intervals are wider by it to both sides. @default 0 */
  readonly slack?: number;
}

/** What an estimator needs to know of a log. */
export type LogPart = 'densities' | 'networks' | 'critics';

/** A way to say by a log alone what a policy is worth: its expected discounted return from where episodes begin. */
export interface Estimator {
  /** Its name on the command line. */
  readonly name: string;
  /** Its name for humans. */
  readonly title: string;
  /** Author, year and title of the paper. */
  readonly paper: string;
  /** What of a {@link JudgedLog} it reads. */
  readonly needs: readonly LogPart[];
  /** Reads a log, once for all samples. */
  prepare(log: JudgedLog): PreparedEstimate;
}
