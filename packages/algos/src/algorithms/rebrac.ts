/**
 * ReBRAC: TD3+BC that also counts the distance from the data in what critics learn, with layer norm in them.
 *
 * Paper: Tarasov, Kurenkov, Nikulin and Kolesnikov 2023, "Revisiting the Minimalist Approach to Offline Reinforcement
 * Learning". Reference: the authors' DT6A/ReBRAC, which is also CORL's rebrac.py.
 *
 * Differences from the reference: none in the mathematics. Observations are standardised unless a preset says otherwise, and
 * all do: the reference's are not.
 */
import {
  addLayerNorm,
  deterministicPolicy,
  initCritics,
  initSmallOutput,
  lowestValues,
  type Mlp,
  qValues,
  scaleObservations,
} from '@lamo/models';
import { adam, gradientStep, polyakAverage, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { type ActorCriticState, initActorCriticState } from '../ingredients/actor-critic-state';
import { AS_LOGGED, commonConfig, onD4rlTransitions, valueConfig } from '../ingredients/config';
import { drawNear } from '../ingredients/exploring';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { inTurn } from '../ingredients/in-turn';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import { bellmanTarget, criticsError, squaredDistances } from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { rewardConfig } from '../ingredients/reward-config';
import { smoothActions, smoothingConfig } from '../ingredients/target-smoothing';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';

// The defaults are what the reference uses on Gym tasks, with the penalties that it uses most often there.
const config = z.strictObject({
  ...commonConfig,
  ...rewardConfig,
  ...smoothingConfig,
  batchSize: commonConfig.batchSize.default(1024),
  hiddenSize: z.int().positive().default(256).describe('Width of the three hidden layers of every network'),
  actorLearningRate: z.number().positive().default(1e-3).describe('Learning rate of the actor'),
  criticLearningRate: z.number().positive().default(1e-3).describe('Learning rate of the critics'),
  ...valueConfig,
  actorPenalty: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Weight β₁ of the squared distance from the data’s actions in the actor loss'),
  criticPenalty: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Weight β₂ of the squared distance from the data’s next actions in the critics’ target'),
  policyDelay: z.int().positive().default(2).describe('Critic steps for each actor step'),
});

type Config = z.infer<typeof config>;

interface Batch extends TransitionBatch {
  /** [B, A] what the data did next; after a terminated row it is any. */
  readonly nextActions: tf.Tensor;
}

type Context = StepContext<Config, ActorCriticState<tf.Tensor>, Batch>;

/** Values less a distance: y = r + γ (1 − d) (min(Q₁′, Q₂′)(s′, a′) − β₂ ‖a′ − â′‖²), â′ the data's next action. */
function criticStep({ state, batch, noise, config }: Context) {
  const { actor, critics } = state.targets;
  const observations = scaleObservations(state.scaler, batch.observations);
  const nextObservations = scaleObservations(state.scaler, batch.nextObservations);

  const nextActions = smoothActions(deterministicPolicy(actor, nextObservations), noise, config);
  const distances = squaredDistances(nextActions, batch.nextActions); // [B]
  const smallest = lowestValues(critics, nextObservations, nextActions);
  const nextValues = tf.sub(smallest, tf.mul(distances, config.criticPenalty));
  const target = bellmanTarget(batch.rewards, batch.terminated, nextValues, config.discount);

  const optimizer = adam({ learningRate: config.criticLearningRate });
  const step = gradientStep(optimizer, state.critics, state.criticOptimizer, (critics) => ({
    loss: criticsError(qValues(critics, observations, batch.actions), target),
  }));
  return {
    state: { ...state, critics: step.parameters, criticOptimizer: step.optimizer },
    metrics: { criticLoss: step.loss },
  };
}

/** β₁ ‖π(s) − a‖² − λ min(Q₁, Q₂)(s, π(s)), λ = 1 / mean|min Q|. Targets follow the actor from before its step. */
function actorStep({ state, batch, config }: Context) {
  const { actor, critics } = state;
  const observations = scaleObservations(state.scaler, batch.observations);
  const optimizer = adam({ learningRate: config.actorLearningRate });
  const step = gradientStep(optimizer, actor, state.actorOptimizer, (actor) => {
    const actions = deterministicPolicy(actor, observations);
    const values = lowestValues(critics, observations, actions);
    const distance = tf.mean(squaredDistances(actions, batch.actions));
    const value = tf.mean(values);
    const lambda = stopGradient(tf.reciprocal(tf.mean(tf.abs(values))));
    const loss = tf.sub(tf.mul(distance, config.actorPenalty), tf.mul(lambda, value)) as tf.Scalar;
    return { loss, aux: { distance, value } };
  });
  return {
    state: {
      ...state,
      actor: step.parameters,
      actorOptimizer: step.optimizer,
      targets: polyakAverage(state.targets, { actor, critics }, config.targetRate),
    },
    metrics: { actorLoss: step.loss, ...step.aux },
  };
}

/** What the reference changes for all tasks of a suite. */
const SLOWER = { batchSize: 256, actorLearningRate: 3e-4, criticLearningRate: 3e-4 };
const ANTMAZE = { ...SLOWER, criticLearningRate: 5e-5, discount: 0.999, rewardScale: 100 };

/** ReBRAC, ready to train. */
export const rebrac = defineAlgorithm({
  name: 'rebrac',
  title: 'ReBRAC',
  paper:
    'Tarasov, Kurenkov, Nikulin and Kolesnikov 2023, Revisiting the Minimalist Approach to Offline Reinforcement Learning',
  config,
  presets: onD4rlTransitions({
    // CORL's configs/offline/rebrac. Where the authors' own runs differ, `-paper` has what they used.
    'halfcheetah-random': { ...AS_LOGGED, actorPenalty: 0.001, criticPenalty: 0.1 },
    'halfcheetah-medium': { ...AS_LOGGED, actorPenalty: 0.001 },
    'halfcheetah-expert': AS_LOGGED,
    'halfcheetah-medium-expert': { ...AS_LOGGED, criticPenalty: 0.1 },
    'halfcheetah-medium-replay': { ...AS_LOGGED, criticPenalty: 0.001 },
    'halfcheetah-full-replay': { ...AS_LOGGED, actorPenalty: 0.001, criticPenalty: 0.1 },
    'hopper-random': { ...AS_LOGGED, actorPenalty: 0.001 },
    'hopper-random-paper': { ...AS_LOGGED, actorPenalty: 0.001, criticPenalty: 0.1 },
    'hopper-medium': AS_LOGGED,
    'hopper-medium-paper': { ...AS_LOGGED, criticPenalty: 0.001 },
    'hopper-expert': { ...AS_LOGGED, actorPenalty: 0.1, criticPenalty: 0.1 },
    'hopper-expert-paper': { ...AS_LOGGED, actorPenalty: 0.1, criticPenalty: 0.001 },
    'hopper-medium-expert': { ...AS_LOGGED, actorPenalty: 0.1 },
    'hopper-medium-expert-paper': { ...AS_LOGGED, actorPenalty: 0.1, criticPenalty: 0.1 },
    'hopper-medium-replay': { ...AS_LOGGED, actorPenalty: 0.05, criticPenalty: 0.5 },
    'hopper-full-replay': AS_LOGGED,
    'walker2d-random': { ...AS_LOGGED, criticPenalty: 0 },
    'walker2d-medium': { ...AS_LOGGED, actorPenalty: 0.05, criticPenalty: 0.1 },
    'walker2d-expert': { ...AS_LOGGED, criticPenalty: 0.5 },
    'walker2d-medium-expert': AS_LOGGED,
    'walker2d-medium-replay': { ...AS_LOGGED, actorPenalty: 0.05 },
    'walker2d-medium-replay-paper': { ...AS_LOGGED, actorPenalty: 0.05, criticPenalty: 0.001 },
    'walker2d-full-replay': AS_LOGGED,
    maze2d: { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.003, criticPenalty: 0.001 },
    'antmaze-umaze': { ...AS_LOGGED, ...ANTMAZE, actorPenalty: 0.003, criticPenalty: 0.002 },
    'antmaze-umaze-diverse': { ...AS_LOGGED, ...ANTMAZE, actorPenalty: 0.003, criticPenalty: 0.001 },
    'antmaze-medium-play': { ...AS_LOGGED, ...ANTMAZE, actorPenalty: 0.001, criticPenalty: 0.0005 },
    'antmaze-medium-diverse': { ...AS_LOGGED, ...ANTMAZE, actorPenalty: 0.001, criticPenalty: 0 },
    'antmaze-large-play': { ...AS_LOGGED, ...ANTMAZE, actorPenalty: 0.002, criticPenalty: 0.001 },
    'antmaze-large-diverse': { ...AS_LOGGED, ...ANTMAZE, actorPenalty: 0.002, criticPenalty: 0.002 },
    'pen-human': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.1, criticPenalty: 0.5 },
    'pen-cloned': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.05, criticPenalty: 0.5 },
    'pen-expert': { ...AS_LOGGED, ...SLOWER },
    'door-human': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.1, criticPenalty: 0.1 },
    'door-cloned': { ...AS_LOGGED, ...SLOWER, criticPenalty: 0.1 },
    'door-expert': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.05 },
    'hammer-human': { ...AS_LOGGED, ...SLOWER, criticPenalty: 0.5 },
    'hammer-cloned': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.1, criticPenalty: 0.5 },
    'hammer-expert': { ...AS_LOGGED, ...SLOWER },
    'relocate-human': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.1 },
    'relocate-cloned': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.1 },
    'relocate-expert': { ...AS_LOGGED, ...SLOWER, actorPenalty: 0.05 },
  }),
  metrics: {
    criticLoss: 'Sum of both critics’ mean squared Bellman errors',
    actorLoss: 'Weighted distance from the data minus the normalised value of the policy’s actions',
    distance:
      'Mean over the batch of the squared distance between the policy’s actions and those in the data',
    value: 'Mean of the smaller of both critics’ values of the policy’s actions',
  },
  batches: transitionBatches([
    'observations',
    'actions',
    'rewards',
    'nextObservations',
    'nextActions',
    'terminated',
  ]),
  init({ observationSize, actionSize }, { hiddenSize }, rng) {
    const hidden = [hiddenSize, hiddenSize, hiddenSize];
    const actor = initSmallOutput([observationSize, ...hidden, actionSize], rng.split('actor'), 1e-3);
    const pair = [observationSize + actionSize, ...hidden, 1];
    const critics = initCritics(2, pair, rng.split('critics'), (sizes, rng) =>
      addLayerNorm(initSmallOutput(sizes, rng, 3e-3)),
    );
    return initActorCriticState({ actor, critics });
  },
  fit: { scaler: fitObservationScaler },
  step: {
    cycle: ({ policyDelay }) => [
      inTurn(criticStep, actorStep),
      ...Array<typeof criticStep>(policyDelay - 1).fill(criticStep),
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
