import {
  type BatchSource,
  type Dataset,
  qlearningTransitions,
  type Rng,
  type TransitionField,
  transitionSampler,
} from '@lamo/data';
import { type RewardConfig, rewardTransform } from './reward-config';

/**
 * Makes the `batches` of an algorithm that learns from rewards: transitions for Q-learning, drawn with replacement, their
 * rewards as the settings want them.
 *
 * @param fields what a batch has @default observations, actions, rewards, nextObservations and terminated
 */
export function transitionBatches(fields?: readonly TransitionField[]) {
  return (dataset: Dataset, config: RewardConfig & { readonly batchSize: number }, rng: Rng): BatchSource => {
    const transitions = qlearningTransitions(dataset);
    return transitionSampler(transitions, {
      batchSize: config.batchSize,
      rng,
      ...(fields && { fields }),
      ...rewardTransform(transitions, config),
    });
  };
}
