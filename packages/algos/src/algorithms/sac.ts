/**
 * SAC: soft actor-critic, which learns by acting, and earns entropy beside rewards, so that it goes on trying things out.
 *
 * Papers: Haarnoja, Zhou, Abbeel and Levine 2018, "Soft Actor-Critic: Off-Policy Maximum Entropy Deep Reinforcement Learning
 * with a Stochastic Actor"; with the entropy's weight α that adapts, Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and
 * Applications". Of classes: Christodoulou 2019, "Soft Actor-Critic for Discrete Action Settings".
 *
 * It is SAC-N with two critics: its steps are in sac-n.ts. Here are the sizes of the networks. Observations are not
 * scaled: at the start there is no data to fit a scaler to. The steps for actions that are classes are in discrete-sac.ts.
 *
 * Differences from the authors' code: α, the actor and the critics step in this order, each with what was stepped before it, as
 * in SAC-N; one layer of 2A outputs has mean and log σ; networks start as SAC-N's do.
 */
import { type Critics, identityScaler, lowestValues, type Mlp, mlp, squashedMean } from '@lamo/models';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { drawClasses, drawSquashed } from '../ingredients/exploring';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';
import { isDiscrete } from '../kinds/policy';
import { online } from '../online/online';
import { initDiscreteSac, lowestOfChosen, stepDiscreteSac } from './discrete-sac';
import { initSacN, type SacNState, sacN, sacNConfig, sacNStep, squashedGaussian } from './sac-n';

// What an environment says of itself need not be set.
const {
  normaliseObservations: _,
  actionBounds: _b,
  actionLow: _l,
  actionHigh: _h,
  ...shared
} = sacNConfig.shape;

const config = z.strictObject({
  ...shared,
  criticCount: z.int().min(2).default(2).describe('Number of critics, of which the lowest value counts'),
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers of every network'),
  entropyShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.98)
    .describe(
      'Where actions are classes: the share of the largest entropy, log n, that the policy is to have',
    ),
});

/** All settings of SAC. */
export type SacConfig = z.infer<typeof config>;

/** SAC on transitions, wherever they come from. */
export const sacOnTransitions = defineAlgorithm({
  name: 'sac',
  title: 'SAC',
  paper:
    'Haarnoja, Zhou, Abbeel and Levine 2018, Soft Actor-Critic: Off-Policy Maximum Entropy Deep Reinforcement Learning with a Stochastic Actor',
  config,
  metrics: sacN.metrics,
  capabilities: ['discrete-actions'],
  batches: transitionBatches(),
  init: (spec, config, rng) => ({
    ...(isDiscrete(spec)
      ? initDiscreteSac(spec, config, rng)
      : initSacN(spec, { ...config, hidden: [config.hiddenSize, config.hiddenSize] }, rng)),
    scaler: identityScaler(spec.observationSize),
  }),
  step: (context: StepContext<SacConfig, SacNState<tf.Tensor>, TransitionBatch>) =>
    isDiscrete(context.spec) ? stepDiscreteSac(context) : sacNStep(context),
  parameters: sacN.parameters,
  result: {
    ...actorPolicy(
      (actor: Mlp<tf.Tensor>, observations, spec) =>
        isDiscrete(spec) ? mlp(actor, observations) : squashedMean(squashedGaussian(actor, observations)),
      (actor, observations, noise, spec) =>
        isDiscrete(spec)
          ? drawClasses(mlp(actor, observations), noise)
          : drawSquashed(squashedGaussian(actor, observations), noise),
    ),
    ...valuedByCritics((critics: Critics<tf.Tensor>, observations, actions, spec) =>
      isDiscrete(spec)
        ? lowestOfChosen(critics, observations, actions)
        : lowestValues(critics, observations, actions),
    ),
  },
});

/** SAC, ready to train in an environment. */
export const sac = online(sacOnTransitions, { name: 'sac', title: 'SAC' });
