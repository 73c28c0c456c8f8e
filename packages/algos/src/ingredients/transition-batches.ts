import { type BatchSource, type Dataset, LamoError, type Rng } from '@lamo/core';
import {
  type CutReturns,
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
      ...(config.cutReturns && { returns: { discount: config.discount!, cut: config.cutReturns } }),
    });
  };
}

/** What settings say of the batches. */
type BatchConfig = RewardConfig &
  Pick<ValueConfig, 'transitions'> & { readonly batchSize: number } & (ReturnConfig | NoReturns);

/** How `returnsToGo` add up. */
type ReturnConfig = Pick<ValueConfig, 'discount'> & { readonly cutReturns: CutReturns };
type NoReturns = { readonly [Name in keyof ReturnConfig]?: Name extends 'discount' ? number : undefined };

type Batches<Field extends TransitionField> = (
  dataset: Dataset,
  config: BatchConfig,
  rng: Rng,
) => BatchSource<Field>;

/**
 * Settings for rows that are logged later than those of a dataset, so that batches of both can be mixed: their rewards become what
 * the same ones in the dataset do, and all rows are transitions, since what follows each of them is known.
 *
 * @param dataset what was logged before, if anything
 * @throws LamoError `invalid-config` if rewards are normalised by returns, and there are none yet
 */
export function settingsForLaterRows<Config extends object>(
  dataset: Dataset | undefined,
  config: Config & Partial<BatchConfig>,
): Config {
  const { transitions, normaliseRewards = 'none' } = config;
  if (transitions === undefined) return config;
  const later = { ...config, transitions: 'all' };
  if (normaliseRewards === 'none') return later;
  if (dataset === undefined) throw nothingToNormaliseBy(normaliseRewards);
  const view = chooseTransitions(dataset, { transitions }, false);
  const { rewardScale } = rewardTransform(view, config as BatchConfig);
  return { ...later, normaliseRewards: 'none', rewardScale };
}

function nothingToNormaliseBy(received: string): LamoError {
  return new LamoError({
    where: 'algos/transitions',
    code: 'invalid-config',
    problem:
      'Rewards cannot be normalised by the returns of decisions that were logged before, because there are none',
    expected: "normaliseRewards 'none' (--normalise-rewards none), or a dataset",
    received,
  });
}

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
