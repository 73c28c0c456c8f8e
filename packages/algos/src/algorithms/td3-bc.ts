/**
 * TD3+BC: TD3 whose actor is pulled towards the data by a squared distance.
 *
 * Paper: Fujimoto and Gu 2021, "A Minimalist Approach to Offline Reinforcement Learning". Reference: the authors'
 * sfujim/TD3_BC, and CORL's td3_bc.py, which agree in every number below.
 *
 * Differences from the reference: none in the mathematics. Observations are standardised inside the networks
 * rather than in the data, so that an exported policy takes raw observations.
 */
import {
  deterministicPolicy,
  initCritics,
  initMlp,
  lowestValues,
  type Mlp,
  oneCritic,
  qValues,
  scaleObservations,
} from '@lamo/models';
import { adam, gradientStep, polyakAverage, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { type ActorCriticState, initActorCriticState } from '../ingredients/actor-critic-state';
import { commonConfig, onD4rlTransitions, valueConfig } from '../ingredients/config';
import { drawNear } from '../ingredients/exploring';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { inTurn } from '../ingredients/in-turn';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import { bellmanTarget, criticsError, meanSquaredError } from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { rewardConfig } from '../ingredients/reward-config';
import { smoothActions, smoothingConfig } from '../ingredients/target-smoothing';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';

const config = z.strictObject({
  ...commonConfig,
  ...rewardConfig,
  ...valueConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers of every network'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate of the actor and the critics'),
  alpha: z
    .number()
    .positive()
    .default(2.5)
    .describe('Weight of the value against imitation in the actor loss'),
  ...smoothingConfig,
  policyDelay: z.int().positive().default(2).describe('Critic steps for each actor step'),
});

type Config = z.infer<typeof config>;

type Context = StepContext<Config, ActorCriticState<tf.Tensor>, TransitionBatch>;

/** Clipped double Q-learning: y = r + γ (1 − d) min(Q₁′, Q₂′)(s′, π′(s′) + ε). */
function criticStep({ state, batch, noise, config }: Context) {
  const { actor, critics } = state.targets;
  const observations = scaleObservations(state.scaler, batch.observations);
  const nextObservations = scaleObservations(state.scaler, batch.nextObservations);

  const nextActions = smoothActions(deterministicPolicy(actor, nextObservations), noise, config);
  const nextValues = lowestValues(critics, nextObservations, nextActions);
  const target = bellmanTarget(batch.rewards, batch.terminated, nextValues, config.discount);

  const step = gradientStep(adam(config), state.critics, state.criticOptimizer, (critics) => ({
    loss: criticsError(qValues(critics, observations, batch.actions), target),
  }));
  return {
    state: { ...state, critics: step.parameters, criticOptimizer: step.optimizer },
    metrics: { criticLoss: step.loss },
  };
}

/** Deterministic policy gradient with imitation: −λ Q₁(s, π(s)) + (π(s) − a)², λ = α / mean|Q₁|. */
function actorStep({ state, batch, config }: Context) {
  const observations = scaleObservations(state.scaler, batch.observations);
  const firstCritic = oneCritic(state.critics, 0);
  const step = gradientStep(adam(config), state.actor, state.actorOptimizer, (actor) => {
    const actions = deterministicPolicy(actor, observations);
    const values = qValues(firstCritic, observations, actions);
    const imitationLoss = meanSquaredError(actions, batch.actions);
    const lambda = tf.div(config.alpha, stopGradient(tf.mean(tf.abs(values))));
    const loss = tf.sub(imitationLoss, tf.mul(lambda, tf.mean(values))) as tf.Scalar;
    return { loss, aux: { imitationLoss, value: tf.mean(values) } };
  });
  const { critics } = state;
  return {
    state: {
      ...state,
      actor: step.parameters,
      actorOptimizer: step.optimizer,
      targets: polyakAverage(state.targets, { actor: step.parameters, critics }, config.targetRate),
    },
    metrics: { actorLoss: step.loss, ...step.aux },
  };
}

/** TD3+BC, ready to train. */
export const td3Bc = defineAlgorithm({
  name: 'td3-bc',
  title: 'TD3+BC',
  paper: 'Fujimoto and Gu 2021, A Minimalist Approach to Offline Reinforcement Learning',
  config,
  // CORL's configs/offline/td3_bc, which are equal but for this.
  presets: onD4rlTransitions({ antmaze: { rewardBias: -1 } }),
  metrics: {
    criticLoss: 'Sum of both critics’ mean squared Bellman errors',
    actorLoss: 'Imitation loss minus the normalised value of the policy’s actions',
    imitationLoss: 'Mean squared distance between the policy’s actions and those in the data',
    value: 'Mean value of the policy’s actions under the first critic',
  },
  batches: transitionBatches(),
  init({ observationSize, actionSize }, { hiddenSize }, rng) {
    const hidden = [hiddenSize, hiddenSize];
    const actor = initMlp([observationSize, ...hidden, actionSize], rng.split('actor'));
    const critics = initCritics(2, [observationSize + actionSize, ...hidden, 1], rng.split('critics'));
    return initActorCriticState({ actor, critics });
  },
  fit: { scaler: fitObservationScaler },
  step: {
    cycle: ({ policyDelay }) => [
      ...Array<typeof criticStep>(policyDelay - 1).fill(criticStep),
      inTurn(criticStep, actorStep),
    ],
  },
  result: {
    ...actorPolicy(
      (actor: Mlp<tf.Tensor>, observations) => deterministicPolicy(actor, observations),
      (actor, observations, noise) => drawNear(deterministicPolicy(actor, observations), noise),
    ),
    ...valuedByCritics(),
  },
});
