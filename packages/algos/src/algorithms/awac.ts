/**
 * AWAC: imitates the data, every action in proportion to how much better it is than what the policy would do.
 *
 * Paper: Nair et al. 2020, "AWAC: Accelerating Online Reinforcement Learning with Offline Datasets". Reference: CORL's awac.py,
 * offline only.
 *
 * Differences from the reference: none in the mathematics. Observations are standardised inside the networks rather than in
 * the data, and the policy's actions are clipped, so that an exported policy takes raw observations and stays in range.
 */
import {
  type Critics,
  type Gaussian,
  type GaussianPolicy,
  gaussianLogDensity,
  initCritics,
  initGaussianPolicy,
  initMlp,
  lowestValues,
  mlp,
  type ObservationScaler,
  qValues,
  sampleGaussian,
  scaleObservations,
} from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, polyakAverage, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { commonConfig, onD4rlTransitions, valueConfig } from '../ingredients/config';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { inTurn } from '../ingredients/in-turn';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import { advantageWeights, bellmanTarget, criticsError } from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { rewardConfig } from '../ingredients/reward-config';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';

const config = z.strictObject({
  ...commonConfig,
  ...rewardConfig,
  ...valueConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the three hidden layers of every network'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate of the actor and the critics'),
  temperature: z
    .number()
    .positive()
    .default(0.3333)
    .describe('What advantages are divided by: the lower, the more only the best actions count'),
});

type Config = z.infer<typeof config>;

interface State<Leaf> {
  readonly actor: GaussianPolicy<Leaf>;
  readonly critics: Critics<Leaf>;
  readonly targets: Critics<Leaf>;
  readonly actorOptimizer: AdamState<Leaf>;
  readonly criticOptimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type Context = StepContext<Config, State<tf.Tensor>, TransitionBatch>;

/** Range of log σ, as in the reference: wide enough to keep numbers finite, and no more. */
const LOG_STD = { min: -20, max: 2 };

/** π(·|s): its mean is not bounded, its deviation the same for all observations. */
function policy(actor: GaussianPolicy<tf.Tensor>, observations: tf.Tensor): Gaussian {
  const logStd = tf.clipByValue(actor.logStd, LOG_STD.min, LOG_STD.max);
  return { mean: mlp(actor.mean, observations), logStd };
}

/** Evaluates the policy: y = r + γ (1 − d) min(Q₁′, Q₂′)(s′, a′), a′ ~ π(s′). */
function criticStep({ state, batch, noise, config }: Context) {
  const observations = scaleObservations(state.scaler, batch.observations);
  const nextObservations = scaleObservations(state.scaler, batch.nextObservations);

  const normal = noise.normal(batch.actions.shape);
  const nextActions = tf.clipByValue(sampleGaussian(policy(state.actor, nextObservations), normal), -1, 1);
  const nextValues = lowestValues(state.targets, nextObservations, nextActions);
  const target = bellmanTarget(batch.rewards, batch.terminated, nextValues, config.discount);

  const step = gradientStep(adam(config), state.critics, state.criticOptimizer, (critics) => ({
    loss: criticsError(qValues(critics, observations, batch.actions), target),
  }));
  return {
    state: { ...state, critics: step.parameters, criticOptimizer: step.optimizer },
    metrics: { criticLoss: step.loss },
  };
}

/** Improves it: −w log π(a|s), w = min(exp((Q(s, a) − Q(s, ã)) / λ), 100), ã ~ π(s). */
function actorStep({ state, batch, noise, config }: Context) {
  const observations = scaleObservations(state.scaler, batch.observations);
  const normal = noise.normal(batch.actions.shape);
  const ownActions = tf.clipByValue(sampleGaussian(policy(state.actor, observations), normal), -1, 1);
  const advantages = tf.sub(
    lowestValues(state.critics, observations, batch.actions),
    lowestValues(state.critics, observations, ownActions),
  );
  const weights = advantageWeights(advantages, 1 / config.temperature); // [B]

  const step = gradientStep(adam(config), state.actor, state.actorOptimizer, (actor) => {
    const logDensity = gaussianLogDensity(policy(actor, observations), batch.actions);
    return { loss: tf.neg(tf.mean(tf.mul(weights, logDensity))) as tf.Scalar };
  });
  return {
    state: { ...state, actor: step.parameters, actorOptimizer: step.optimizer },
    metrics: { actorLoss: step.loss, weight: tf.mean(weights), advantage: tf.mean(advantages) },
  };
}

/** AWAC, ready to train. */
export const awac = defineAlgorithm({
  name: 'awac',
  title: 'AWAC',
  paper: 'Nair et al. 2020, AWAC: Accelerating Online Reinforcement Learning with Offline Datasets',
  config,
  // CORL's configs/offline/awac; the defaults are those for halfcheetah, hopper and walker2d.
  presets: onD4rlTransitions({
    antmaze: { temperature: 0.1, rewardBias: -1 },
    maze2d: { temperature: 0.1 },
    adroit: { temperature: 0.1 },
  }),
  metrics: {
    criticLoss: 'Sum of both critics’ mean squared Bellman errors',
    actorLoss: 'Mean weighted negative log-density of the actions in the data',
    weight: 'Mean weight of an action in the data',
    advantage: 'Mean value of the actions in the data over that of the policy’s own',
  },
  batches: transitionBatches(),
  init({ observationSize, actionSize }, { hiddenSize }, rng) {
    const hidden = [hiddenSize, hiddenSize, hiddenSize];
    const mean = initMlp([observationSize, ...hidden, actionSize], rng.split('actor'));
    const actor = initGaussianPolicy(mean, actionSize);
    const critics = initCritics(2, [observationSize + actionSize, ...hidden, 1], rng.split('critics'));
    return {
      actor,
      critics,
      targets: critics,
      actorOptimizer: initAdam(actor),
      criticOptimizer: initAdam(critics),
    };
  },
  fit: { scaler: fitObservationScaler },
  step(context: Context) {
    const { state, metrics } = inTurn(criticStep, actorStep)(context);
    const targets = polyakAverage(state.targets, state.critics, context.config.targetRate);
    return { state: { ...state, targets }, metrics };
  },
  result: {
    ...actorPolicy((actor: GaussianPolicy<tf.Tensor>, observations) =>
      tf.clipByValue(mlp(actor.mean, observations), -1, 1),
    ),
    ...valuedByCritics(),
  },
});
