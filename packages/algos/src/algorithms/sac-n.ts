/**
 * SAC-N: soft actor-critic that believes the most pessimistic of N critics, so that it avoids what they disagree about.
 *
 * Paper: An, Moon, Kim and Song 2021, "Uncertainty-Based Offline Reinforcement Learning with Diversified Q-Ensemble".
 * Reference: CORL's sac_n.py, and the authors' snu-mllab/EDAC where it says so.
 *
 * Differences from the reference:
 * 1. One action for each state serves α and the actor, as in the authors' code; CORL draws two.
 * 2. Critics start within ±1 / √inputs, as in the authors' code; CORL's within ±1 / √outputs, by oversight.
 * 3. Mean and log σ come from one layer of 2A outputs, which starts and learns as CORL's two layers do.
 * 4. The density of actions is exact; CORL adds 1e-6 inside its logarithm.
 * 5. Observations are standardised unless a preset says otherwise, and all do: the reference's are not.
 */
import type { Rng } from '@lamo/core';
import {
  type Critics,
  type Gaussian,
  initCritics,
  initSmallOutput,
  lowestValues,
  type Mlp,
  mlp,
  type ObservationScaler,
  qValues,
  readGaussian,
  sampleSquashed,
  scaleObservations,
  squashedMean,
} from '@lamo/models';
import {
  type AdamState,
  adam,
  gradientStep,
  type HostArray,
  hostArray,
  initAdam,
  polyakAverage,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext, StepReturn } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { AS_LOGGED, commonConfig, onD4rlTransitions, valueConfig } from '../ingredients/config';
import { drawSquashed } from '../ingredients/exploring';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { valuedByCritics } from '../ingredients/judging/critic-values';
import { bellmanTarget, criticsError } from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { rewardConfig } from '../ingredients/reward-config';
import { type TransitionBatch, transitionBatches } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';

/** Settings of SAC-N, all of which EDAC has, too. */
export const sacNConfig = z.strictObject({
  ...commonConfig,
  ...rewardConfig,
  criticCount: z.int().min(2).default(10).describe('Number of critics N: the more, the more pessimistic'),
  hiddenSize: z.int().positive().default(256).describe('Width of the three hidden layers of every network'),
  actorLearningRate: z.number().positive().default(3e-4).describe('Learning rate of the actor'),
  criticLearningRate: z.number().positive().default(3e-4).describe('Learning rate of the critics'),
  alphaLearningRate: z.number().positive().default(3e-4).describe('Learning rate of log alpha'),
  ...valueConfig,
});

export type SacNConfig = z.infer<typeof sacNConfig>;

/** What SAC-N keeps between steps, and EDAC and SAC. Where SAC's actions are classes, actor and critics have an output for each. */
export interface SacNState<Leaf> {
  /** From observations to means and logarithms of standard deviations: 2A outputs. */
  readonly actor: Mlp<Leaf>;
  /** Values of actions: as many networks as critics. */
  readonly critics: Critics<Leaf>;
  /** Slowly following copies of the critics. */
  readonly targets: Critics<Leaf>;
  /** Logarithm of the weight of the entropy. */
  readonly logAlpha: Leaf;
  /** State of the actor’s optimiser. */
  readonly actorOptimizer: AdamState<Leaf>;
  /** State of the critics’ optimiser. */
  readonly criticOptimizer: AdamState<Leaf>;
  /** State of the optimiser of log α. */
  readonly alphaOptimizer: AdamState<Leaf>;
  /** What observations are standardised by. */
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type LearningRate = 'actorLearningRate' | 'criticLearningRate' | 'alphaLearningRate';

/** What a step is given, with the settings that it reads; EDAC has more of them, and SAC fewer others. */
export type SacNContext = StepContext<
  Pick<SacNConfig, LearningRate | 'discount' | 'targetRate'>,
  SacNState<tf.Tensor>,
  TransitionBatch
>;

/** π(·|s) before tanh, with the limits of the authors. */
export function squashedGaussian(actor: Mlp<tf.Tensor>, observations: tf.Tensor): Gaussian {
  return readGaussian(mlp(actor, observations), { low: -5, high: 2 });
}

/** Adapts α, so that the entropy of the policy is near a target: log α moves against what it is above. @param entropy a scalar */
export function alphaStep({ state, config }: SacNContext, entropy: tf.Tensor, target: number) {
  const surplus = tf.sub(entropy, target);
  const optimizer = adam({ learningRate: config.alphaLearningRate });
  const step = gradientStep(optimizer, state.logAlpha, state.alphaOptimizer, (logAlpha) => ({
    loss: tf.mul(logAlpha, surplus) as tf.Scalar,
  }));
  const logAlpha = step.parameters;
  return {
    state: { ...state, logAlpha, alphaOptimizer: step.optimizer },
    metrics: { alphaLoss: step.loss, alpha: tf.exp(logAlpha), entropy },
  };
}

/** The entropy of the policy, −log π(ã|s), by one action for each state: a scalar. */
export function entropyOf(actor: Mlp<tf.Tensor>, observations: tf.Tensor, normal: tf.Tensor) {
  const { logDensity } = sampleSquashed(squashedGaussian(actor, observations), normal);
  return tf.neg(tf.mean(logDensity));
}

/**
 * Soft policy improvement: α log π(ã|s) − min Qᵢ(s, ã), ã ~ π(s).
 *
 * @param observations [B, O] scaled
 * @param normal draws of ã [B, A]
 * @param believe makes of all critics' values [N, B] the one that counts [B] @default the smallest
 */
export function actorStep(
  { state, config }: SacNContext,
  observations: tf.Tensor,
  normal: tf.Tensor,
  believe = (values: tf.Tensor2D): tf.Tensor1D => tf.min(values, 0),
) {
  const optimizer = adam({ learningRate: config.actorLearningRate });
  const step = gradientStep(optimizer, state.actor, state.actorOptimizer, (actor) => {
    const { actions, logDensity } = sampleSquashed(squashedGaussian(actor, observations), normal);
    const values = qValues(state.critics, observations, actions); // [N, B]
    const believed = believe(values);
    const loss = tf.mean(tf.sub(tf.mul(tf.exp(state.logAlpha), logDensity), believed)) as tf.Scalar;
    const spread = tf.mean(tf.sqrt(tf.moments(values, 0).variance));
    return { loss, aux: { value: tf.mean(believed), spread } };
  });
  return {
    state: { ...state, actor: step.parameters, actorOptimizer: step.optimizer },
    metrics: { actorLoss: step.loss, ...step.aux },
  };
}

/** What is added to the critics' loss. */
export type CriticPenalty = (
  critics: Critics<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
) => { readonly penalty: tf.Scalar; readonly metrics: Readonly<Record<string, tf.Tensor>> };

/** What sets critics' steps apart. */
export interface Evaluation {
  /** Added to the critics’ loss. @default nothing */
  readonly added?: CriticPenalty | undefined;
  /** Which target critics judge what comes next. @default all of them */
  readonly judges?: Critics<tf.Tensor>;
  /** Whether what comes next is worth its entropy, too. @default true */
  readonly backupEntropy?: boolean;
}

/**
 * Soft policy evaluation: y = r + γ (1 − d) (min Qᵢ′(s′, a′) − α log π(a′|s′)), a′ ~ π(s′). Then targets follow.
 *
 * @param observations [B, O] scaled
 */
export function criticStep(
  { state, batch, noise, config }: SacNContext,
  observations: tf.Tensor,
  { added, judges = state.targets, backupEntropy = true }: Evaluation,
) {
  const { actor, targets, logAlpha, scaler } = state;
  const nextObservations = scaleObservations(scaler, batch.nextObservations);
  const next = sampleSquashed(squashedGaussian(actor, nextObservations), noise.normal(batch.actions.shape));
  const smallest = lowestValues(judges, nextObservations, next.actions);
  const nextValues = backupEntropy ? tf.sub(smallest, tf.mul(tf.exp(logAlpha), next.logDensity)) : smallest;
  const target = bellmanTarget(batch.rewards, batch.terminated, nextValues, config.discount);

  const optimizer = adam({ learningRate: config.criticLearningRate });
  const step = gradientStep(optimizer, state.critics, state.criticOptimizer, (critics) => {
    const criticLoss = criticsError(qValues(critics, observations, batch.actions), target);
    if (added === undefined) return { loss: criticLoss, aux: { criticLoss } };
    const { penalty, metrics } = added(critics, observations, batch.actions);
    return { loss: tf.add(criticLoss, penalty) as tf.Scalar, aux: { criticLoss, ...metrics } };
  });
  const critics = step.parameters;
  return {
    state: {
      ...state,
      critics,
      criticOptimizer: step.optimizer,
      targets: polyakAverage(targets, critics, config.targetRate),
    },
    metrics: step.aux,
  };
}

/**
 * Steps α, the actor and the critics, each with what was stepped before it.
 * @param added to the critics' loss: what makes it EDAC
 */
export function sacNStep(context: SacNContext, added?: CriticPenalty): StepReturn<SacNState<tf.Tensor>> {
  const { state, batch, noise } = context;
  const observations = scaleObservations(state.scaler, batch.observations);
  const normal = noise.normal(batch.actions.shape);
  // H̄ = −|A|
  const alpha = alphaStep(context, entropyOf(state.actor, observations, normal), -normal.shape[1]!);
  const actor = actorStep({ ...context, state: alpha.state }, observations, normal);
  const critic = criticStep({ ...context, state: actor.state }, observations, { added });
  return { state: critic.state, metrics: { ...critic.metrics, ...actor.metrics, ...alpha.metrics } };
}

/** Draws the networks. @param hidden widths of the hidden layers of each */
export function initSacN(
  { observationSize, actionSize }: DatasetSpec,
  { criticCount, hidden }: { readonly criticCount: number; readonly hidden: readonly number[] },
  rng: Rng,
) {
  const actor = initSmallOutput([observationSize, ...hidden, 2 * actionSize], rng.split('actor'), 1e-3);
  const pair = [observationSize + actionSize, ...hidden, 1];
  const critics = initCritics(criticCount, pair, rng.split('critics'), (sizes, rng) =>
    initSmallOutput(sizes, rng, 3e-3),
  );
  return beginSacN(actor, critics);
}

/** The first state of networks that were drawn: targets are equal to the critics, and α is 1. */
export function beginSacN(actor: Mlp<HostArray>, critics: Critics<HostArray>) {
  const logAlpha = hostArray([], [0]);
  return {
    actor,
    critics,
    targets: critics,
    logAlpha,
    actorOptimizer: initAdam(actor),
    criticOptimizer: initAdam(critics),
    alphaOptimizer: initAdam(logAlpha),
  };
}

/** How SAC-N acts: the mean of its policy; to try things out, what the policy draws. */
export const squashedActor = actorPolicy(
  (actor: Mlp<tf.Tensor>, observations) => squashedMean(squashedGaussian(actor, observations)),
  (actor, observations, noise) => drawSquashed(squashedGaussian(actor, observations), noise),
);

/** SAC-N, ready to train. */
export const sacN = defineAlgorithm({
  name: 'sac-n',
  title: 'SAC-N',
  paper:
    'An, Moon, Kim and Song 2021, Uncertainty-Based Offline Reinforcement Learning with Diversified Q-Ensemble',
  config: sacNConfig,
  // CORL's configs/offline/sac_n.
  presets: onD4rlTransitions({
    halfcheetah: AS_LOGGED,
    hopper: { ...AS_LOGGED, criticCount: 200 },
    'hopper-medium': { ...AS_LOGGED, criticCount: 500 },
    walker2d: { ...AS_LOGGED, criticCount: 20 },
    maze2d: { ...AS_LOGGED, criticCount: 25 },
    antmaze: { ...AS_LOGGED, criticCount: 25 },
    adroit: { ...AS_LOGGED, criticCount: 100 },
  }),
  metrics: {
    criticLoss: 'Sum of all critics’ mean squared Bellman errors',
    actorLoss: 'Mean of alpha times the policy’s log-density, minus the smallest critic’s value',
    value: 'Mean of the smallest critic’s values of the policy’s actions',
    spread:
      'Standard deviation of the critics’ values of one of the policy’s actions, the mean over the batch',
    alphaLoss: 'log alpha times what the entropy is above its target',
    alpha: 'Weight of the entropy',
    entropy: 'Entropy of the policy, estimated by one action for each state',
  },
  batches: transitionBatches(),
  init: (spec, { criticCount, hiddenSize }, rng) =>
    initSacN(spec, { criticCount, hidden: [hiddenSize, hiddenSize, hiddenSize] }, rng),
  fit: { scaler: fitObservationScaler },
  step: (context: SacNContext) => sacNStep(context),
  parameters: ({ actor, critics, logAlpha }) => ({ actor, critics, multipliers: { logAlpha } }),
  result: { ...squashedActor, ...valuedByCritics() },
});
