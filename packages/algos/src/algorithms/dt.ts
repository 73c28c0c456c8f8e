/**
 * DT: the Decision Transformer. A trajectory is a sequence of returns-to-go, states and actions; a small GPT reads it, and
 * the hidden state at each state predicts the action. To act, ask for the return that you want.
 *
 * Paper: Chen et al. 2021, "Decision Transformer: Reinforcement Learning via Sequence Modeling". Reference: the authors'
 * kzl/decision-transformer (gym), and CORL's dt.py as the preset `corl`.
 *
 * Differences from the reference:
 * 1. Every episode is used; the reference drops none either, CORL and Wiki-RL do.
 * 2. Returns are divided by the largest in the data unless `returnScale` says 1000, as the reference does.
 * 3. CORL's attention starts from Xavier's distribution, ours in that preset from N(0, 0.02) like its other layers.
 */
import {
  gpt2Config,
  initDecisionTransformer,
  initGpt2Body,
  lookAtLastAction,
  type ParameterGroups,
  predictLastAction,
  predictTrajectory,
  redrawNormal,
  type SequenceBatch,
  type TrajectoryModel,
  type TrajectoryPass,
} from '@lamo/models';
import { valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Shaped, StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { maskedCrossEntropy, maskedMeanSquaredError, meanSquaredError } from '../ingredients/losses';
import { sequenceConfig } from '../ingredients/sequence/sequence-config';
import { readWindows, sequenceBatches } from '../ingredients/sequence/sequence-data';
import { ACTION_LOSS, gradientMetrics } from '../ingredients/sequence/sequence-optimizer';
import { sequencePolicy } from '../ingredients/sequence/sequence-policy';
import {
  descend,
  fitSequence,
  initSequenceState,
  type SequenceState,
} from '../ingredients/sequence/sequence-state';
import { locomotionTargets } from '../ingredients/sequence/targets';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';

const config = z.strictObject({
  ...sequenceConfig,
  width: z.int().positive().default(128).describe('Width of the transformer'),
  layers: z.int().positive().default(3).describe('Blocks of the transformer'),
  heads: z.int().positive().default(1).describe('Attention heads; they divide the width'),
  activation: z
    .enum(['relu', 'gelu', 'gelu_new'])
    .default('relu')
    .describe('Nonlinearity inside the transformer'),
  order: z
    .enum(['time-then-norm', 'norm-then-time'])
    .default('time-then-norm')
    .describe('Whether time is added before the first layer norm or after it (Wiki-RL and LaMo)'),
  initialisation: z
    .enum(['pytorch', 'normal'])
    .default('pytorch')
    .describe('First weights around the transformer: uniform, or N(0, 0.02) as CORL draws them'),
  lossOver: z
    .enum(['real', 'all'])
    .default('real')
    .describe('Whether the loss is a mean over real steps, or over padded ones too, which count 0 (CORL)'),
});

type Config = z.infer<typeof config>;

type Context = StepContext<Config, SequenceState<tf.Tensor>, SequenceBatch>;

/** Sizes of the transformer; it has no words. */
function transformer({ width, layers, heads, activation, dropout }: Config) {
  return gpt2Config({
    nEmbd: width,
    nLayer: layers,
    nHead: heads,
    activationFunction: activation,
    residPdrop: dropout,
    embdPdrop: dropout,
    attnPdrop: dropout,
  });
}

function pass(config: Config, spec: DatasetSpec): TrajectoryPass {
  const bound = isDiscrete(spec) ? 'none' : 'tanh';
  return { config: transformer(config), settings: { order: config.order, bound } };
}

/** Mean squared error of the predicted actions, or the mean cross-entropy of classes. */
function actionLoss(
  actions: tf.Tensor,
  { actions: logged, mask }: SequenceBatch,
  { lossOver }: Config,
  spec: DatasetSpec,
) {
  if (isDiscrete(spec)) return maskedCrossEntropy(actions, logged, mask, lossOver);
  if (lossOver === 'real') return maskedMeanSquaredError(actions, logged, mask);
  const column = tf.expandDims(mask, -1);
  return meanSquaredError(tf.mul(actions, column), tf.mul(logged, column));
}

/** Decision Transformer, ready to train. */
export const dt = defineAlgorithm({
  name: 'dt',
  title: 'DT',
  paper: 'Chen et al. 2021, Decision Transformer: Reinforcement Learning via Sequence Modeling',
  config,
  presets: {
    ...locomotionTargets,
    corl: {
      activation: 'gelu',
      padding: 'right',
      lossOver: 'all',
      initialisation: 'normal',
      maxTimesteps: 1020, // the episode's length and one more window
      returnScale: 1000,
    },
  },
  metrics: {
    loss: ACTION_LOSS,
    ...gradientMetrics,
  },
  capabilities: ['discrete-actions'],
  batches: sequenceBatches,
  init({ observationSize, actionSize }, config, rng) {
    const { width, maxTimesteps, initialisation } = config;
    const sizes = {
      observationSize,
      actionSize,
      width,
      maxTimesteps,
      embedding: 'linear',
      head: 'linear',
    } as const;
    const around = initDecisionTransformer(sizes, rng.split('around'));
    const parameters = {
      transformer: initGpt2Body(transformer(config), rng.split('transformer')),
      ...(initialisation === 'normal' ? redrawNormal(around, rng.split('normal')) : around),
    };
    return initSequenceState(parameters, config);
  },
  fit: fitSequence,
  step({ state, batch, noise, config, spec }: Context) {
    const windows = readWindows(state.scaler, batch);
    const { loss, gradients } = valueAndGradients(state.parameters, (model) => {
      const { actions } = predictTrajectory(model as TrajectoryModel<tf.Tensor>, windows, {
        ...pass(config, spec),
        dropout: noise.dropout,
      });
      return { loss: actionLoss(actions, windows, config, spec) };
    });
    return descend(state, gradients, config, { loss });
  },
  parameters: ({ parameters }) => parameters as ParameterGroups<Shaped>,
  result: sequencePolicy<Config>({
    act: ({ parameters, windows, config, spec }) =>
      predictLastAction(parameters as TrajectoryModel<tf.Tensor>, windows, pass(config, spec)),
    look: ({ parameters, windows, config, spec }) =>
      lookAtLastAction(parameters as TrajectoryModel<tf.Tensor>, windows, pass(config, spec)),
    isBounded: () => true,
  }),
});
