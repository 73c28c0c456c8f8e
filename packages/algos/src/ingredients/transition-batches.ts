import type { BatchSource, Dataset, Rng } from '@lamo/core';
import {
  checkRowOrder,
  type DefaultTransitionField,
  qlearningTransitions,
  type TransitionField,
  type Transitions,
  transitionSampler,
  transitions,
} from '@lamo/data';
import type * as tf from '@tensorflow/tfjs-core';
import type { ValueConfig } from './config';
import { type RewardConfig, rewardTransform } from './reward-config';

/** A batch of transitions. */
export interface TransitionBatch {
  /** [B, O] */
  readonly observations: tf.Tensor;
  /** [B, A] */
  readonly actions: tf.Tensor;
  /** [B] */
  readonly rewards: tf.Tensor;
  /** [B, O] */
  readonly nextObservations: tf.Tensor;
  /** [B] 0 or 1: there is no next state, do not bootstrap. */
  readonly terminated: tf.Tensor;
}

/**
 * Makes the `batches` of an algorithm that learns from rewards: transitions for Q-learning, drawn with replacement, their
 * rewards as the settings want them. A batch has observations, actions, rewards, nextObservations and terminated.
 *
 * @throws (its result) LamoError `empty-dataset`, and `rows-out-of-order` where what is asked for follows from the order of rows
 */
export function transitionBatches(): Batches<DefaultTransitionField>;
/**
 * Makes the `batches` of an algorithm that learns from rewards, with some of the arrays.
 *
 * @param fields what a batch has
 */
export function transitionBatches<Field extends TransitionField>(fields: readonly Field[]): Batches<Field>;
export function transitionBatches<Field extends TransitionField>(fields?: readonly Field[]): Batches<Field> {
  return (dataset, config, rng) => {
    const nextActions = (fields as readonly string[] | undefined)?.includes('nextActions') ?? false;
    const view = chooseTransitions(dataset, config, nextActions);
    return transitionSampler<Field>(view, {
      batchSize: config.batchSize,
      rng,
      ...(fields && { fields }),
      ...rewardTransform(view, config),
    });
  };
}

/** What a setting says of the batches. */
type BatchConfig = RewardConfig & Pick<ValueConfig, 'transitions'> & { readonly batchSize: number };

type Batches<Field extends TransitionField> = (
  dataset: Dataset,
  config: BatchConfig,
  rng: Rng,
) => BatchSource<Field>;

/** With `d4rl` the next row is the next observation, whatever was logged; that must at least be so. */
function chooseTransitions(
  dataset: Dataset,
  { transitions: chosen }: Pick<ValueConfig, 'transitions'>,
  nextActions: boolean,
): Transitions {
  if (chosen === 'all') return transitions(dataset, { nextActions });
  checkRowOrder(dataset, 'algos/transitions', 'next observations');
  return qlearningTransitions(dataset);
}
