/**
 * SAC: soft actor-critic, which learns by acting, and earns entropy beside rewards, so that it goes on trying things out.
 *
 * Papers: Haarnoja, Zhou, Abbeel and Levine 2018, "Soft Actor-Critic: Off-Policy Maximum Entropy Deep Reinforcement Learning
 * with a Stochastic Actor"; with the entropy's weight α that adapts, Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and
 * Applications". Of classes: Christodoulou 2019, "Soft Actor-Critic for Discrete Action Settings".
 *
 * It is SAC-N with two critics: its steps are in sac-n.ts. Here are the sizes of the networks, and no scaler of
 * observations, since there are no data to fit one to when it begins.
 *
 * Differences from the authors' code: α, the actor and the critics step in this order, each with what was stepped before it, as
 * in SAC-N; one layer of 2A outputs has mean and log σ; networks start as SAC-N's do.
 */
import { identityScaler } from '@lamo/models';
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import { transitionBatches } from '../ingredients/transition-batches';
import { online } from '../online/online';
import { initSacN, type SacNContext, sacN, sacNConfig, sacNStep, squashedActor } from './sac-n';

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
});

/** SAC on transitions, wherever they come from. */
export const sacOnTransitions = defineAlgorithm({
  name: 'sac',
  title: 'SAC',
  paper:
    'Haarnoja, Zhou, Abbeel and Levine 2018, Soft Actor-Critic: Off-Policy Maximum Entropy Deep Reinforcement Learning with a Stochastic Actor',
  config,
  metrics: sacN.metrics,
  batches: transitionBatches(),
  init: (spec, { criticCount, hiddenSize }, rng) => ({
    ...initSacN(spec, { criticCount, hidden: [hiddenSize, hiddenSize] }, rng),
    scaler: identityScaler(spec.observationSize),
  }),
  step: (context: SacNContext & { readonly config: z.infer<typeof config> }) => sacNStep(context),
  parameters: sacN.parameters,
  result: squashedActor,
});

/** SAC, ready to train in an environment. */
export const sac = online(sacOnTransitions, { name: 'sac', title: 'SAC' });
