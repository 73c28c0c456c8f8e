import type { DatasetWarning } from '@lamo/core';
import type { RunManifest } from './manifest';
import type { DatasetReading } from './open-dataset';

/** What a manifest says of the dataset that a run learns from. */
export interface DatasetFields {
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
    /** What is not learned from, if anything. */
    readonly heldOut?: HeldOutFields;
    /** What was doubtful about it; runs of earlier versions do not say. */
    readonly warnings?: readonly DatasetWarning[];
  };
}

/** What of a dataset a run only measures on. */
export interface HeldOutFields {
  /** Part of the episodes. */
  readonly fraction: number;
  readonly episodes: number;
  readonly rows: number;
}

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

/** What a manifest says of how a policy is looked at. */
export interface PolicyFields {
  /** How it was evaluated on its way; null if it was not. */
  readonly evaluation: EvaluationPlan | null;
}

/** What a run with a policy is, as `manifest.json`. */
export interface PolicyManifest extends RunManifest, DatasetFields, PolicyFields {}
