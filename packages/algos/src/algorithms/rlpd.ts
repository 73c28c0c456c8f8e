/**
 * RLPD: soft actor-critic that learns by acting, with half of each batch from what was logged before, and takes many gradient steps
 * for each step in the environment. Layer norm keeps its critics from imagining values far from the data.
 *
 * Paper: Ball, Smith, Kostrikov and Levine 2023, "Efficient Online Reinforcement Learning with Offline Data". Reference: the
 * authors' ikostrikov/rlpd, whose configs and commands the defaults and presets are.
 *
 * Its state and the parts of its steps are SAC-N's (sac-n.ts). What is different from SAC: layer norm before each activation of the
 * critics, ten of them, the lowest of two that are drawn anew counts in the target and their mean in the actor's loss, and
 * actor and α step once in twenty critic steps.
 *
 * Differences from the reference:
 * 1. The critics' errors are added up, not averaged; log α steps against the entropy's surplus, without α as a factor. Adam
 *    takes steps of the same size.
 * 2. Networks start as SAC-N's; Xavier's distribution and no biases there. log σ in [−5, 2]; [−20, 2] there.
 * 3. Observations are standardised unless a preset says otherwise, and all do: the reference's are not.
 */
import { addLayerNorm, type Critics, pickCritics, qValues, scaleObservations } from '@lamo/models';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { AS_LOGGED, onD4rlTransitions } from '../ingredients/config';
import { inTurn } from '../ingredients/in-turn';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';
import { online } from '../online/online';
import {
  actorStep,
  alphaStep,
  beginSacN,
  criticStep,
  entropyOf,
  initSacN,
  type SacNState,
  sacN,
  sacNConfig,
  squashedActor,
} from './sac-n';

// An environment says of itself between what its actions lie.
const { actionBounds: _, actionLow: _l, actionHigh: _h, ...shared } = sacNConfig.shape;

const config = z
  .strictObject({
    ...shared,
    targetCritics: z
      .int()
      .positive()
      .default(2)
      .describe('Critics, drawn anew in each step, of which the lowest value counts in the target'),
    hiddenSize: z.int().positive().default(256).describe('Width of the hidden layers of every network'),
    hiddenLayers: z.int().positive().default(2).describe('Hidden layers of every network'),
    layerNorm: z.boolean().default(true).describe('Normalise the hidden layers of the critics'),
    backupEntropy: z.boolean().default(true).describe('Count the entropy in the target'),
    entropyTarget: z
      .number()
      .default(-0.5)
      .describe('Entropy that the policy is to have, for each component of an action (SAC: -1)'),
    policyDelay: z.int().positive().default(20).describe('Critic steps for each step of actor and alpha'),
  })
  .refine(({ targetCritics, criticCount }) => targetCritics <= criticCount, {
    path: ['targetCritics'],
    message: 'there are only as many critics as criticCount says',
  });

/** All settings of RLPD. */
export type RlpdConfig = z.infer<typeof config>;

type Context = StepContext<RlpdConfig, SacNState<tf.Tensor>, TransitionBatch>;

/** Draws which of the target critics judge what comes next, as in REDQ. */
function drawJudges({ state, noise, config }: Context): Critics<tf.Tensor> {
  const { targetCritics, criticCount } = config;
  if (targetCritics === criticCount) return state.targets;
  const { indices } = tf.topk(noise.uniform([criticCount]), targetCritics);
  return pickCritics(state.targets, indices as tf.Tensor1D);
}

/** Soft policy evaluation by critics that were drawn. */
function evaluate(context: Context) {
  const observations = scaleObservations(context.state.scaler, context.batch.observations);
  const { backupEntropy } = context.config;
  return criticStep(context, observations, { judges: drawJudges(context), backupEntropy });
}

/** Soft policy improvement by the mean of all critics, then α by the entropy of the policy before that. */
function improve(context: Context) {
  const { state, batch, noise, config } = context;
  const observations = scaleObservations(state.scaler, batch.observations);
  const normal = noise.normal(batch.actions.shape);
  const entropy = entropyOf(state.actor, observations, normal);
  const actor = actorStep(context, observations, normal, (values) => tf.mean(values, 0));
  const target = config.entropyTarget * normal.shape[1]!;
  const alpha = alphaStep({ ...context, state: actor.state }, entropy, target);
  return { state: alpha.state, metrics: { ...actor.metrics, ...alpha.metrics } };
}

/** RLPD on transitions, wherever they come from. */
export const rlpdOnTransitions = defineAlgorithm({
  name: 'rlpd',
  title: 'RLPD',
  paper: 'Ball, Smith, Kostrikov and Levine 2023, Efficient Online Reinforcement Learning with Offline Data',
  config,
  // The commands in the authors' README.
  presets: onD4rlTransitions({
    locomotion: AS_LOGGED,
    antmaze: { ...AS_LOGGED, hiddenLayers: 3, targetCritics: 1, backupEntropy: false, rewardBias: -1 },
    'adroit-binary': { ...AS_LOGGED, hiddenLayers: 3, backupEntropy: false },
  }),
  metrics: {
    ...sacN.metrics,
    actorLoss: 'Mean of alpha times the policy’s log-density, minus the mean of the critics’ values',
    value: 'Mean of all critics’ values of the policy’s actions',
  },
  acting: { updateRatio: 20, stepsAtOnce: 1, randomSteps: 5000 },
  batches: transitionBatches(),
  init(spec, { criticCount, hiddenSize, hiddenLayers, layerNorm }, rng) {
    const hidden = Array<number>(hiddenLayers).fill(hiddenSize);
    const { actor, critics } = initSacN(spec, { criticCount, hidden }, rng);
    return beginSacN(actor, layerNorm ? addLayerNorm(critics, 'before') : critics);
  },
  fit: { scaler: fitObservationScaler },
  step: {
    cycle: ({ policyDelay }: RlpdConfig) => [
      ...Array<typeof evaluate>(policyDelay - 1).fill(evaluate),
      inTurn(evaluate, improve),
    ],
  },
  parameters: sacN.parameters,
  // What the policy climbs.
  result: {
    ...squashedActor,
    ...valuedByCritics(
      (critics: Critics<tf.Tensor>, observations, actions) =>
        tf.mean(qValues(critics, observations, actions), 0) as tf.Tensor1D,
    ),
  },
});

/** RLPD, ready to train in an environment, with what was logged before. */
export const rlpd = online(rlpdOnTransitions, { name: 'rlpd', title: 'RLPD' });
