import { type Critics, lowestValues, type ObservationScaler, scaleObservations } from '@lamo/models';
import type { Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../../kinds/dataset';
import type { PolicyDefinition } from '../../kinds/policy';
import { batchActions } from '../batch-actions';
import { type RewardConfig, rawRewardScale } from '../reward-config';
import { type Judge, judgeRows } from './judge-rows';

/** Settings that say what was done to rewards, if the algorithm has any. */
type Config = Partial<RewardConfig>;

/** How an algorithm values an action. */
export interface ActionJudge<State, Part extends Tree<tf.Tensor>>
  extends Pick<Judge<Config, State, Part, DatasetSpec>, 'select'> {
  /**
   * Computes Q(s, a) [B] of rewards as batches have them.
   *
   * @param observations [B, O] raw
   * @param actions [B, A] as batches have them: between −1 and 1, or 1 for the class that was chosen and 0 for the others
   */
  value(part: Part, observations: tf.Tensor, actions: tf.Tensor, spec: DatasetSpec): tf.Tensor1D;
}

/**
 * Says how a policy's training values actions, next to how it acts. What the settings `rewardScale`, `rewardBias` and
 * `normaliseRewards` did to rewards is undone where that is possible.
 *
 * @example
 * result: { ...actorPolicy(act), ...valuedBy({ select, value }) },
 */
export function valuedBy<State, Part extends Tree<tf.Tensor>>({
  select,
  value,
}: ActionJudge<State, Part>): Required<Pick<PolicyDefinition<Config>, 'value'>> {
  return {
    async value(device, { state, config, spec }, { observations, actions }) {
      const scale = rawRewardScale(config);
      const judge: Judge<Config, State, Part, DatasetSpec> = {
        select,
        values: (part, observations, actions) =>
          tf.expandDims(tf.div(value(part, observations, actions, spec), scale ?? 1), 0) as tf.Tensor2D,
      };
      const visited = { observations, actions: batchActions(actions, spec) };
      const [values] = await judgeRows(device, judge, { state, config, spec }, visited);
      return { values: values!, rewards: scale === null ? 'transformed' : 'raw' };
    },
  };
}

/** A state whose `critics` judge observations that its `scaler` standardises. */
interface CriticState<Networks extends Tree<tf.Tensor>> {
  readonly critics: Networks;
  readonly scaler: ObservationScaler<tf.Tensor>;
}

/**
 * As {@link valuedBy}, for a state with `critics` and the `scaler` of their observations.
 *
 * @param value Q(s, a) [B], of scaled observations @default the value of the most pessimistic critic
 */
export function valuedByCritics<Networks extends Tree<tf.Tensor> = Critics<tf.Tensor>>(
  value: (
    critics: Networks,
    observations: tf.Tensor,
    actions: tf.Tensor,
    spec: DatasetSpec,
  ) => tf.Tensor1D = lowestValues as never,
) {
  return valuedBy({
    select: ({ critics, scaler }: CriticState<Networks>) => ({ critics, scaler }),
    value: ({ critics, scaler }, observations, actions, spec) =>
      value(critics, scaleObservations(scaler, observations), actions, spec),
  });
}
