import type { LoadObserver, MetricAverages, TrainingRun } from '@lamo/algos';
import type { DatasetWarning } from '@lamo/core';
import type { SnapshotRecord } from '../language/snapshot-measure';
import type { EstimateRecord } from './estimate-records';
import type { RunManifest } from './manifest';
import type { EvaluationRecord } from './records';
import type { RunFolder } from './run-folder';
import type { StepObserver } from './take-steps';

/** A run that is ready to train on. */
export interface OpenRun<Result = unknown> {
  /** Where its files are. */
  readonly folder: RunFolder;
  /** Its description. */
  readonly manifest: RunManifest;
  /** The training itself. */
  readonly training: TrainingRun<Result>;
  /** Metrics since the last line of metrics. */
  readonly averages: MetricAverages;
  /** Threads that the physics of evaluations is split over. @default none but the main one */
  readonly workers?: number | undefined;
}

/** Who looks on while a run trains, and may stop it. */
export interface RunObserver extends StepObserver {
  /** Follows the loading of pre-trained weights and text, before the run starts. */
  readonly loading?: LoadObserver;
  /** Called with what is doubtful about the data, before anything is trained. */
  onWarning?(warning: DatasetWarning): void;
  /** Hears what is done before the first step where that may take minutes. */
  onPreparation?(what: string): void;
  /** Called before the first step. */
  onStart?(run: OpenRun): void;
  /** Called before an evaluation. */
  onEvaluationStart?(step: number): void;
  /** Called once for each target return. */
  onEvaluation?(evaluation: EvaluationRecord): void;
  /** Called before an estimate. */
  onEstimateStart?(step: number): void;
  /** Called after an estimate. */
  onEstimate?(record: EstimateRecord): void;
  /** Called before a snapshot. */
  onSnapshotStart?(step: number): void;
  /** Called after a snapshot. */
  onSnapshot?(record: SnapshotRecord): void;
}
