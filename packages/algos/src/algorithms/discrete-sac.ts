/**
 * SAC where actions are classes: all expectations over the policy are sums over its classes, so nothing is drawn.
 *
 * Paper: Christodoulou 2019, "Soft Actor-Critic for Discrete Action Settings", equations 10 to 12.
 *
 * Differences from the author's code: α, the actor and the critics step in this order, each with what was stepped before it, as
 * where actions are vectors.
 */
import type { Rng } from '@lamo/core';
import {
  type Critics,
  identityScaler,
  initCritics,
  initMlp,
  type Mlp,
  mlp,
  type ObservationScaler,
  scaleObservations,
} from '@lamo/models';
import {
  type AdamState,
  adam,
  gradientStep,
  hostArray,
  initAdam,
  polyakAverage,
  stopGradient,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { StepContext } from '../engine/algorithm';
import { bellmanTarget, criticsError } from '../ingredients/losses';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';
import type { SacConfig } from './sac';

/** What a step maps to a new one. */
export interface DiscreteSacState<Leaf> {
  /** From observations to the logarithms of the odds of each class: O inputs, n outputs. */
  readonly actor: Mlp<Leaf>;
  /** From observations to the value of each class: O inputs, n outputs. */
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
  /** Leaves observations as they are. */
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type Context = StepContext<SacConfig, DiscreteSacState<tf.Tensor>, TransitionBatch>;

/** Draws first weights, as PyTorch does. */
export function initDiscreteSac(
  { observationSize, actionSize }: DatasetSpec,
  { criticCount, hiddenSize }: Pick<SacConfig, 'criticCount' | 'hiddenSize'>,
  rng: Rng,
) {
  const sizes = [observationSize, hiddenSize, hiddenSize, actionSize];
  const actor = initMlp(sizes, rng.split('actor'));
  const critics = initCritics(criticCount, sizes, rng.split('critics'));
  const logAlpha = hostArray([], [0]);
  return {
    actor,
    critics,
    targets: critics,
    logAlpha,
    actorOptimizer: initAdam(actor),
    criticOptimizer: initAdam(critics),
    alphaOptimizer: initAdam(logAlpha),
    scaler: identityScaler(observationSize),
  };
}

/** π(·|s) and its logarithm, [B, n] each. */
function policy(actor: Mlp<tf.Tensor>, observations: tf.Tensor) {
  const logOdds = tf.logSoftmax(mlp(actor, observations));
  return { probabilities: tf.exp(logOdds), logOdds };
}

/** Σ π(a|s) x(s, a) [B]. */
const expected = (probabilities: tf.Tensor, values: tf.Tensor) =>
  tf.sum(tf.mul(probabilities, values), 1) as tf.Tensor1D;

/** min Qᵢ(s, ·) [B, n]. */
const lowest = (critics: Critics<tf.Tensor>, observations: tf.Tensor) =>
  tf.min(mlp(critics, observations), 0);

/** Adapts α, so that the entropy is near a share of the largest one, log n. */
function alphaStep({ state, batch, config }: Context) {
  const { probabilities, logOdds } = policy(state.actor, batch.observations);
  const entropy = tf.neg(tf.mean(expected(probabilities, logOdds)));
  const surplus = tf.sub(entropy, config.entropyShare * Math.log(probabilities.shape[1]!));
  const optimizer = adam({ learningRate: config.alphaLearningRate });
  const step = gradientStep(optimizer, state.logAlpha, state.alphaOptimizer, (logAlpha) => ({
    loss: tf.mul(logAlpha, surplus) as tf.Scalar,
  }));
  return {
    state: { ...state, logAlpha: step.parameters, alphaOptimizer: step.optimizer },
    metrics: { alphaLoss: step.loss, alpha: tf.exp(step.parameters), entropy },
  };
}

/** Soft policy improvement: Σ π(a|s) (α log π(a|s) − min Qᵢ(s, a)). */
function actorStep({ state, batch, config }: Context) {
  const optimizer = adam({ learningRate: config.actorLearningRate });
  const all = mlp(state.critics, batch.observations); // [N, B, n]
  const values = tf.min(all, 0);
  const step = gradientStep(optimizer, state.actor, state.actorOptimizer, (actor) => {
    const { probabilities, logOdds } = policy(actor, batch.observations);
    const costs = tf.sub(tf.mul(tf.exp(state.logAlpha), logOdds), values);
    const fixed = stopGradient(probabilities);
    const spread = expected(fixed, tf.sqrt(tf.moments(all, 0).variance));
    return {
      loss: tf.mean(expected(probabilities, costs)) as tf.Scalar,
      aux: { value: tf.mean(expected(fixed, values)), spread: tf.mean(spread) },
    };
  });
  return {
    state: { ...state, actor: step.parameters, actorOptimizer: step.optimizer },
    metrics: { actorLoss: step.loss, ...step.aux },
  };
}

/** Soft policy evaluation: y = r + γ (1 − d) Σ π(a′|s′) (min Qᵢ′(s′, a′) − α log π(a′|s′)). Then targets follow. */
function criticStep({ state, batch, config }: Context) {
  const { probabilities, logOdds } = policy(state.actor, batch.nextObservations);
  const next = tf.sub(lowest(state.targets, batch.nextObservations), tf.mul(tf.exp(state.logAlpha), logOdds));
  const target = bellmanTarget(
    batch.rewards,
    batch.terminated,
    expected(probabilities, next),
    config.discount,
  );
  const optimizer = adam({ learningRate: config.criticLearningRate });
  const step = gradientStep(optimizer, state.critics, state.criticOptimizer, (critics) => {
    const all = mlp(critics, batch.observations); // [N, B, n]
    const values = tf.sum(tf.mul(all, batch.actions), 2) as tf.Tensor2D; // actions: 1 for the class that was chosen
    const criticLoss = criticsError(values, target);
    return { loss: criticLoss, aux: { criticLoss } };
  });
  const targets = polyakAverage(state.targets, step.parameters, config.targetRate);
  return {
    state: { ...state, critics: step.parameters, criticOptimizer: step.optimizer, targets },
    metrics: step.aux,
  };
}

/** Steps α, the actor and the critics, each with what was stepped before it. */
export function stepDiscreteSac(given: Context) {
  const { scaler } = given.state;
  const batch = {
    ...given.batch,
    observations: scaleObservations(scaler, given.batch.observations),
    nextObservations: scaleObservations(scaler, given.batch.nextObservations),
  };
  const context = { ...given, batch };
  const alpha = alphaStep(context);
  const actor = actorStep({ ...context, state: alpha.state });
  const critic = criticStep({ ...context, state: actor.state });
  return { state: critic.state, metrics: { ...critic.metrics, ...actor.metrics, ...alpha.metrics } };
}
