/**
 * IQL: implicit Q-learning. V learns an upper expectile of Q over the actions in the data, Q learns from V, and the policy
 * imitates each action in proportion to its advantage. Nothing is ever asked about an action that is not in the data.
 *
 * Paper: Kostrikov, Nair and Levine 2021, "Offline Reinforcement Learning with Implicit Q-Learning". Reference: the authors'
 * ikostrikov/implicit_q_learning. What CORL's iql.py does otherwise are settings: the presets `corl…`.
 *
 * Differences from the reference: none in the mathematics.
 * 1. Observations are standardised unless a preset of the authors' says otherwise: theirs are not.
 * 2. The policy's learning rate falls over the steps that are trained, not over 1,000,000 whatever is trained.
 * 3. Where actions are classes, which the paper and its code do not have, the policy is categorical, as in TorchRL's
 *    DiscreteIQLLoss; the critics are given the class as a column for each, where TorchRL's have an output for each.
 */
import type { Rng } from '@lamo/core';
import {
  type Critics,
  initCritics,
  initMlp,
  initOrthogonal,
  lowestValues,
  type Mlp,
  type ObservationScaler,
  qValues,
  scaleObservations,
  stateValues,
} from '@lamo/models';
import {
  type AdamState,
  adam,
  cosineRate,
  gradientStep,
  initAdam,
  polyakAverage,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { AS_LOGGED, commonConfig, onD4rlTransitions, valueConfig } from '../ingredients/config';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import {
  clipLogged,
  type ImitationPolicy,
  imitationConfig,
  imitationDraws,
  imitationLoss,
  imitationOutputs,
  initImitationPolicy,
} from '../ingredients/imitation-policy';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import {
  advantageWeights,
  bellmanTarget,
  criticsError,
  expectileLoss,
  meanSquaredError,
} from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { rewardConfig } from '../ingredients/reward-config';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';

const config = z.strictObject({
  ...commonConfig,
  ...rewardConfig,
  ...valueConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers of every network'),
  initialisation: z.enum(['orthogonal', 'pytorch']).default('orthogonal').describe('How networks start'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate of every network'),
  decaySteps: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('Steps in which the policy’s rate falls to 0, if not all that are trained; 0: it stays'),
  expectile: z.number().gt(0).lt(1).default(0.7).describe('Which expectile of the data’s Q values V is'),
  inverseTemperature: z.number().min(0).default(3).describe('The higher, the more the best actions count'),
  valueFirst: z.boolean().default(true).describe('Update V before policy and critics learn from it'),
  criticLoss: z.enum(['sum', 'mean']).default('sum').describe('What is made of the errors of both critics'),
  ...imitationConfig,
});

/** The settings that XQL has, too. */
type Config = Omit<z.infer<typeof config>, 'expectile' | 'criticLoss'>;

/** What a step maps to a new one. */
interface State<Leaf> {
  readonly actor: ImitationPolicy<Leaf>;
  readonly value: Mlp<Leaf>;
  readonly critics: Critics<Leaf>;
  readonly targets: Critics<Leaf>;
  readonly actorOptimizer: AdamState<Leaf>;
  readonly valueOptimizer: AdamState<Leaf>;
  readonly criticOptimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** What a step is given; IQL and XQL have more settings. */
export type InSampleContext = StepContext<Config, State<tf.Tensor>, TransitionBatch>;

/** What V and the critics descend: advantages are A(s, a), values Q₁ and Q₂ of the actions in the data. */
interface Losses {
  /** @param advantages [B] */
  value(advantages: tf.Tensor1D): tf.Scalar;
  /** @param values [2, B] @param targets y [B] */
  critics(values: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar;
}

/** Standardises observations and clips actions, as the reference does with the whole dataset. */
function prepare(context: InSampleContext): InSampleContext {
  const { state, batch, config, spec } = context;
  const observations = scaleObservations(state.scaler, batch.observations);
  const nextObservations = scaleObservations(state.scaler, batch.nextObservations);
  const actions = clipLogged(batch.actions, spec, config);
  return { ...context, batch: { ...batch, observations, nextObservations, actions } };
}

/** A(s, a) = min(Q₁′, Q₂′)(s, a) − V(s) [B], of the actions in the data. */
function advantages(value: Mlp<tf.Tensor>, { state, batch }: InSampleContext): tf.Tensor1D {
  const values = lowestValues(state.targets, batch.observations, batch.actions);
  return tf.sub(values, stateValues(value, batch.observations));
}

/** V: nearly the best Q of the actions in the data, which is what the loss makes of advantages. */
function valueStep(context: InSampleContext, valueLoss: Losses['value']) {
  const { state, config } = context;
  const step = gradientStep(adam(config), state.value, state.valueOptimizer, (value) => ({
    loss: valueLoss(advantages(value, context)),
  }));
  return {
    state: { value: step.parameters, valueOptimizer: step.optimizer },
    metrics: { valueLoss: step.loss },
  };
}

/** The policy: advantage-weighted regression, E[−min(exp(β A), 100) log π(a|s)]. */
function actorStep(context: InSampleContext) {
  const { state, batch, noise, config, steps } = context;
  const weights = advantageWeights(advantages(state.value, context), config.inverseTemperature);
  const { learningRate, decaySteps } = config;
  const rate = decaySteps === 0 ? learningRate : cosineRate(learningRate, decaySteps ?? steps);
  const step = gradientStep(adam({ learningRate: rate }), state.actor, state.actorOptimizer, (actor) => {
    const imitation = imitationLoss(actor, batch.observations, batch.actions, config, noise);
    return { loss: tf.mean(tf.mul(weights, imitation)) as tf.Scalar };
  });
  return {
    state: { actor: step.parameters, actorOptimizer: step.optimizer },
    metrics: { actorLoss: step.loss, weight: tf.mean(weights) },
  };
}

/** Q: y = r + γ (1 − d) V(s′), and the targets after it. */
function criticStep({ state, batch, config }: InSampleContext, criticLoss: Losses['critics']) {
  const nextValues = stateValues(state.value, batch.nextObservations);
  const target = bellmanTarget(batch.rewards, batch.terminated, nextValues, config.discount);
  const step = gradientStep(adam(config), state.critics, state.criticOptimizer, (critics) => ({
    loss: criticLoss(qValues(critics, batch.observations, batch.actions), target),
  }));
  const targets = polyakAverage(state.targets, step.parameters, config.targetRate);
  return {
    state: { critics: step.parameters, criticOptimizer: step.optimizer, targets },
    metrics: { criticLoss: step.loss },
  };
}

/** Takes the three steps; those of policy and critics do not see each other. */
export function stepInSample(given: InSampleContext, losses: Losses) {
  const context = prepare(given);
  const value = valueStep(context, losses.value);
  const updated = { ...context, state: { ...context.state, ...value.state } };
  const seen = context.config.valueFirst ? updated : context;
  const actor = actorStep(seen);
  const critic = criticStep(seen, losses.critics);
  return {
    state: { ...updated.state, ...actor.state, ...critic.state },
    metrics: { ...value.metrics, ...actor.metrics, ...critic.metrics },
  };
}

/** What else XQL has in common. */
export const inSample = {
  batches: transitionBatches(),
  init(spec: DatasetSpec, config: Config, rng: Rng) {
    const { observationSize, actionSize } = spec;
    const hidden = [config.hiddenSize, config.hiddenSize];
    const draw = config.initialisation === 'orthogonal' ? initOrthogonal : initMlp;
    const network = draw([observationSize, ...hidden, actionSize], rng.split('actor'));
    const actor = initImitationPolicy(network, spec, config);
    const value = draw([observationSize, ...hidden, 1], rng.split('value'));
    const critics = initCritics(2, [observationSize + actionSize, ...hidden, 1], rng.split('critics'), draw);
    return {
      actor,
      value,
      critics,
      targets: critics,
      actorOptimizer: initAdam(actor),
      valueOptimizer: initAdam(value),
      criticOptimizer: initAdam(critics),
    };
  },
  fit: { scaler: fitObservationScaler },
  result: {
    ...actorPolicy(
      (actor: ImitationPolicy<tf.Tensor>, observations) => imitationOutputs(actor, observations),
      imitationDraws,
    ),
    ...valuedByCritics(),
  },
};

/** What CORL's iql.py does otherwise, for all data. */
const CORL = {
  initialisation: 'pytorch',
  valueFirst: false,
  criticLoss: 'mean',
  minLogStd: -20,
  largestAction: 1,
} as const;

/** IQL, ready to train. */
export const iql = defineAlgorithm({
  name: 'iql',
  title: 'IQL',
  paper: 'Kostrikov, Nair and Levine 2021, Offline Reinforcement Learning with Implicit Q-Learning',
  config,
  presets: onD4rlTransitions({
    // The authors' train_offline.py and configs; gym is halfcheetah, hopper and walker2d.
    gym: { ...AS_LOGGED, normaliseRewards: 'return-range' },
    antmaze: { ...AS_LOGGED, expectile: 0.9, inverseTemperature: 10, rewardBias: -1 },
    kitchen: { ...AS_LOGGED, inverseTemperature: 0.5, dropout: 0.1 },
    adroit: { ...AS_LOGGED, inverseTemperature: 0.5, dropout: 0.1 },
    // CORL's iql.py and configs/offline/iql; `corl` is for halfcheetah, walker2d and all other data of hopper.
    corl: CORL,
    'corl-maze2d': CORL,
    'corl-hopper-medium': {
      ...CORL,
      policy: 'deterministic',
      targetRate: 0.001,
      normaliseRewards: 'return-range',
      returnCut: 'steps',
    },
    'corl-hopper-medium-expert': { ...CORL, expectile: 0.5, inverseTemperature: 6 },
    'corl-antmaze': { ...CORL, expectile: 0.9, inverseTemperature: 10, rewardBias: -1 },
    'corl-adroit': { ...CORL, expectile: 0.8, dropout: 0.1 },
  }),
  metrics: {
    valueLoss: 'Expectile loss of V against the target critics',
    actorLoss:
      'Mean weighted negative log-density (of classes, log-probability), or squared distance, of the actions in the data',
    weight: 'Mean weight of an action in the data',
    criticLoss: 'Sum (or mean) of both critics’ mean squared Bellman errors',
  },
  ...inSample,
  capabilities: ['discrete-actions'],
  step: (context: InSampleContext & { readonly config: z.infer<typeof config> }) =>
    stepInSample(context, {
      value: (advantages) => expectileLoss(advantages, context.config.expectile),
      critics: context.config.criticLoss === 'sum' ? criticsError : meanSquaredError,
    }),
});
