import type { MetricAverages, PretrainRun } from '@lamo/algos';
import type { HubOptions } from '@lamo/data';
import type { StepObserver } from '../run/take-steps';
import type { PretrainingFolder } from './pretraining-folder';
import type { PretrainingManifest } from './pretraining-manifest';
import type { PerplexityRecord } from './snapshots';

/** A pre-training that is ready to go on. */
export interface OpenPretraining {
  /** Where its files are. */
  readonly folder: PretrainingFolder;
  /** Its description. */
  readonly manifest: PretrainingManifest;
  /** The training itself. */
  readonly training: PretrainRun;
  /** Metrics since the last line of metrics. */
  readonly averages: MetricAverages;
}

/** Who looks on while a model is pre-trained, and may stop it. */
export interface PretrainingObserver extends StepObserver {
  /** How models and data sets of the hub are fetched. */
  readonly hub?: HubOptions;
  /** Says what is done before the first step: it may take minutes. */
  onPreparation?(what: string): void;
  /** Called before the first step. */
  onStart?(run: OpenPretraining): void;
  /** Called before a snapshot is taken. */
  onSnapshotStart?(step: number): void;
  /** Called after a snapshot was taken. */
  onSnapshot?(record: PerplexityRecord): void;
}
