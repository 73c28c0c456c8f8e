/**
 * SAC where actions are classes: all expectations over the policy are sums over its classes, so nothing is drawn.
 *
 * Paper: Christodoulou 2019, "Soft Actor-Critic for Discrete Action Settings", equations 10 to 12.
 *
 * Differences from the author's code: α, the actor and the critics step in this order, each with what was stepped before it, as
 * where actions are vectors.
 */
import type { Rng } from '@lamo/core';
import { type Critics, initCritics, initMlp, type Mlp, mlp, scaleObservations } from '@lamo/models';
import { adam, gradientStep, polyakAverage, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { StepContext } from '../engine/algorithm';
import { bellmanTarget, criticsError } from '../ingredients/losses';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';
import type { SacConfig } from './sac';
import { alphaStep, beginSacN, type SacNState } from './sac-n';

/** The actor has the logarithms of the odds of each class, each critic its values. */
type Context = StepContext<SacConfig, SacNState<tf.Tensor>, TransitionBatch>;

/** Draws first weights, as PyTorch does. */
export function initDiscreteSac(
  { observationSize, actionSize }: DatasetSpec,
  { criticCount, hiddenSize }: Pick<SacConfig, 'criticCount' | 'hiddenSize'>,
  rng: Rng,
) {
  const sizes = [observationSize, hiddenSize, hiddenSize, actionSize];
  return beginSacN(initMlp(sizes, rng.split('actor')), initCritics(criticCount, sizes, rng.split('critics')));
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

/** Qᵢ(s, a) of the classes that were chosen [N, B]. @param all [N, B, n] @param chosen 1 for each of them and 0 for the others, [B, n] */
const ofChosen = (all: tf.Tensor, chosen: tf.Tensor) => tf.sum(tf.mul(all, chosen), 2) as tf.Tensor2D;

/** min Qᵢ(s, a) [B] of the classes that were chosen. @param chosen [B, n] */
export const lowestOfChosen = (critics: Critics<tf.Tensor>, observations: tf.Tensor, chosen: tf.Tensor) =>
  tf.min(ofChosen(mlp(critics, observations), chosen), 0) as tf.Tensor1D;

/** The entropy of the policy, the mean over the batch: a scalar. */
function entropyOf(actor: Mlp<tf.Tensor>, observations: tf.Tensor) {
  const { probabilities, logOdds } = policy(actor, observations);
  return tf.neg(tf.mean(expected(probabilities, logOdds)));
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
    const values = ofChosen(mlp(critics, batch.observations), batch.actions); // [N, B]
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
  const { state, config } = context;
  // A share of the largest entropy, log n.
  const target = config.entropyShare * Math.log(batch.actions.shape[1]!);
  const alpha = alphaStep(context, entropyOf(state.actor, batch.observations), target);
  const actor = actorStep({ ...context, state: alpha.state });
  const critic = criticStep({ ...context, state: actor.state });
  return { state: critic.state, metrics: { ...critic.metrics, ...actor.metrics, ...alpha.metrics } };
}
