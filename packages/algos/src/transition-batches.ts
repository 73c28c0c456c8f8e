import {
  type BatchSource,
  checkRowOrder,
  type Dataset,
  qlearningTransitions,
  type Rng,
  type TransitionField,
  type Transitions,
  transitionSampler,
  transitions,
} from '@lamo/data';
import type { ValueConfig } from './config';
import { type RewardConfig, rewardTransform } from './reward-config';

/**
 * Makes the `batches` of an algorithm that learns from rewards: transitions for Q-learning, drawn with replacement, their
 * rewards as the settings want them.
 *
 * @throws (its result) LamoError `empty-dataset`, and `rows-out-of-order` where what is asked for follows from the order of rows
 * @param fields what a batch has @default observations, actions, rewards, nextObservations and terminated
 */
export function transitionBatches(fields?: readonly TransitionField[]) {
  return (
    dataset: Dataset,
    config: RewardConfig & Pick<ValueConfig, 'transitions'> & { readonly batchSize: number },
    rng: Rng,
  ): BatchSource => {
    const view = chooseTransitions(dataset, config, fields?.includes('nextActions') ?? false);
    return transitionSampler(view, {
      batchSize: config.batchSize,
      rng,
      ...(fields && { fields }),
      ...rewardTransform(view, config),
    });
  };
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
