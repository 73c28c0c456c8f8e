import * as tf from '@tensorflow/tfjs-core';
import { type Gpt2Body, type Gpt2Pass, gpt2 } from '../gpt2/gpt2';
import type { Gpt2Config } from '../gpt2/gpt2-config';
import {
  type DecisionTransformer,
  type DecisionTransformerSettings,
  headFeatures,
  lastStateToken,
  predictActions,
  type SequenceBatch,
  stateTokens,
  trajectoryTokens,
} from './decision-transformer';

/** A Decision Transformer with the network that reads its tokens: a GPT-2, whole or only its blocks. */
export type TrajectoryModel<Leaf> = DecisionTransformer<Leaf> & {
  readonly transformer: Gpt2Body<Leaf>;
};

/** How {@link predictTrajectory} is run. */
export interface TrajectoryPass extends Omit<Gpt2Pass, 'mask' | 'select'> {
  /** How tokens are assembled and actions bounded. */
  readonly settings: DecisionTransformerSettings;
  /** Sizes and dropout rates of the transformer. */
  readonly config: Gpt2Config;
}

/** What {@link predictTrajectory} returns. */
export interface PredictedTrajectory {
  /** [B, K, A] the action of every step, given what came before it. */
  readonly actions: tf.Tensor;
  /** [B, 3 K, D] the embedded tokens, as `trajectoryTokens` returns them. */
  readonly normalised: tf.Tensor;
}

/** Predicts the action of every step. */
export function predictTrajectory(
  model: TrajectoryModel<tf.Tensor>,
  batch: SequenceBatch,
  { settings, config, ...pass }: TrajectoryPass,
): PredictedTrajectory {
  const { tokens, mask, normalised } = trajectoryTokens(model, batch, settings);
  const hidden = gpt2(model.transformer, tokens, config, { ...pass, mask, select: stateTokens });
  return { actions: predictActions(model, hidden, settings), normalised };
}

/** Predicts the action of the last step, [B, A]: how the model acts. */
export function predictLastAction(
  model: TrajectoryModel<tf.Tensor>,
  batch: SequenceBatch,
  pass: TrajectoryPass,
): tf.Tensor {
  return lookAtLastAction(model, batch, pass).actions;
}

/** The action of the last step, and what it is made of. */
export interface LastAction {
  /** [B, H] what goes into the last layer of the action head: H is D, the width */
  readonly hidden: tf.Tensor;
  /** [B, A] */
  readonly actions: tf.Tensor;
}

/** Predicts the action of the last step as {@link predictLastAction} does, and says what goes into the last layer. */
export function lookAtLastAction(
  model: TrajectoryModel<tf.Tensor>,
  batch: SequenceBatch,
  { settings, config, ...pass }: TrajectoryPass,
): LastAction {
  const { tokens, mask } = trajectoryTokens(model, batch, settings);
  const hidden = gpt2(model.transformer, tokens, config, { ...pass, mask, select: lastStateToken }); // [B, 1, D]
  const rows = [hidden.shape[0]!, -1];
  return {
    hidden: headFeatures(model, tf.reshape(hidden, rows)),
    actions: tf.reshape(predictActions(model, hidden, settings), rows),
  };
}
