import type { MetricAverages, PretrainRun } from '@lamo/algos';
import type { HubOptions } from '@lamo/data';
import type { StepObserver } from '../run/take-steps';
import type { PretrainingFolder } from './pretraining-folder';
import type { PretrainingManifest } from './pretraining-manifest';
import type { PerplexityRecord } from './snapshots';

/** A pre-training that is ready to go on. */
export interface OpenPretraining {
  readonly folder: PretrainingFolder;
  readonly manifest: PretrainingManifest;
  readonly training: PretrainRun;
  readonly averages: MetricAverages;
}

/** Who looks on while a model is pre-trained, and may stop it. */
export interface PretrainingObserver extends StepObserver {
  /** How models and data sets of the hub are fetched. */
  readonly hub?: HubOptions;
  /** Says what is done before the first step: it may take minutes. */
  onPreparation?(what: string): void;
  onStart?(run: OpenPretraining): void;
  onSnapshotStart?(step: number): void;
  onSnapshot?(record: PerplexityRecord): void;
}
