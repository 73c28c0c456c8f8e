import { type BatchSource, type Dataset, LamoError, type Rng } from '@lamo/core';
import {
  type DefaultSequenceField,
  delayedRewards,
  episodeReturns,
  firstCompletionRewards,
  sequenceSampler,
} from '@lamo/data';
import { type ObservationScaler, type SequenceBatch, scaleObservations } from '@lamo/models';
import type { HostArray } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { SequenceConfig } from './sequence-config';

/** What returns are measured by. */
export interface Conditioning<Leaf> {
  /** Returns are divided by this before a model sees them. */
  readonly returnScale: Leaf;
  /** Return of the best episode in the data: what is asked for where nobody says otherwise. */
  readonly bestReturn: Leaf;
  readonly [key: string]: Leaf;
}

/** Value of a padded action in the reference code. It is masked. */
const PADDED_ACTION = -10;

/** Draws windows as the settings say. @throws LamoError `context-too-long` */
export function sequenceBatches(
  dataset: Dataset,
  config: SequenceConfig,
  rng: Rng,
): BatchSource<DefaultSequenceField> {
  const { contextLength, maxTimesteps, batchSize, padding, returnsFrom, unfinished } = config;
  if (contextLength > maxTimesteps) throw contextTooLong(contextLength, maxTimesteps);
  return sequenceSampler(withRewards(dataset, config), {
    contextLength,
    batchSize,
    rng,
    padding,
    returnsFrom,
    unfinished,
    maxTimesteps,
    returnScale: measureReturns(dataset, config).returnScale.data[0]!,
    actionPadding: PADDED_ACTION,
  });
}

/** Finds the scale of returns and the best one. */
export function measureReturns(dataset: Dataset, config: SequenceConfig): Conditioning<HostArray> {
  const returns = episodeReturns(withRewards(dataset, config));
  const largest = returns.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const best = returns.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return { returnScale: scalar(config.returnScale ?? (largest || 1)), bestReturn: scalar(best) };
}

/** Standardises the observations of a batch. */
export function readWindows(scaler: ObservationScaler<tf.Tensor>, windows: SequenceBatch): SequenceBatch {
  return { ...windows, observations: scaleObservations(scaler, windows.observations) };
}

const scalar = (value: number): HostArray => ({ shape: [], data: Float32Array.of(value) });

function withRewards(dataset: Dataset, { rewards }: SequenceConfig): Dataset {
  return REWARDS[rewards](dataset);
}

const REWARDS: Readonly<Record<SequenceConfig['rewards'], (dataset: Dataset) => Dataset>> = {
  logged: (dataset) => dataset,
  delayed: delayedRewards,
  'first-completion': firstCompletionRewards,
};

function contextTooLong(contextLength: number, maxTimesteps: number): LamoError {
  return new LamoError({
    where: 'algos/sequence',
    code: 'context-too-long',
    problem: 'A window has more steps than the time table has rows',
    expected: `contextLength of at most ${maxTimesteps}, or a larger maxTimesteps`,
    received: String(contextLength),
  });
}
