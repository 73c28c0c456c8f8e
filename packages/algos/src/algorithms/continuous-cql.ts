/**
 * CQL where actions are vectors: soft actor-critic whose critics are pushed down on actions that the policy might take, and up on
 * those in the data. `cql.ts` has its settings, sources and differences from them.
 */
import type { Rng } from '@lamo/core';
import {
  type CriticStacks,
  type Gaussian,
  initCriticStacks,
  initSquashedPolicy,
  type ObservationScaler,
  type SquashedPolicy,
  sampleSquashed,
  scaleObservations,
  squashedLogDensity,
  squashedPolicy,
  stackedValues,
} from '@lamo/models';
import {
  type AdamState,
  adam,
  hostArray,
  initAdam,
  polyakAverage,
  stopGradient,
  type Tree,
  valueAndGradients,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { StepContext } from '../engine/algorithm';
import { bellmanTarget, criticsError } from '../ingredients/losses';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';
import { calibrate, conservativeGaps, conservativePenalty } from './conservative-penalty';
import type { CqlConfig } from './cql';
import { cqlWeights } from './discrete-cql';
import { gradientsInParts } from './gradients-in-parts';

/** What a step maps to a new one. */
export interface ContinuousCqlState<Leaf> {
  /** Mean and spread of actions, from observations. */
  readonly actor: SquashedPolicy<Leaf>;
  /** log α, the weight of the entropy. */
  readonly logAlpha: Leaf;
  /** State of the optimiser of actor and α. */
  readonly actorOptimizer: AdamState<Leaf>;
  /** Q₁ and Q₂; they may differ in depth. */
  readonly critics: CriticStacks<Leaf>;
  /** log α′, the Lagrange multiplier of the gap. */
  readonly logAlphaPrime: Leaf;
  /** State of the optimiser of critics and α′. */
  readonly criticOptimizer: AdamState<Leaf>;
  /** Slowly following copies of the critics. */
  readonly targets: CriticStacks<Leaf>;
  /** What observations are standardised by. */
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** What a step learns from. */
export interface ContinuousCqlBatch extends TransitionBatch {
  /** [B] what was earned from each state on, by which values are calibrated: Cal-QL has it, CQL does not. */
  readonly returnsToGo?: tf.Tensor;
}

type Context = StepContext<CqlConfig, ContinuousCqlState<tf.Tensor>, ContinuousCqlBatch>;

/** What all losses of a step look at: scaled observations, and draws in the order of the reference. */
function setScene(context: Context) {
  const { state, batch, noise, config } = context;
  const [rows, actionSize] = batch.actions.shape as [number, number];
  const one = [rows, 1, actionSize];
  const many = [rows, config.sampledActions, actionSize];
  const draws = {
    own: noise.normal(one),
    backup: noise.normal(config.maxTargetBackup === 'none' ? one : many),
    random: noise.uniform(many),
    current: noise.normal(many),
    next: noise.normal(many),
  };
  const observations = scaleObservations(state.scaler, batch.observations);
  const nextObservations = scaleObservations(state.scaler, batch.nextObservations);
  return { ...context, observations, nextObservations, draws };
}

type Scene = ReturnType<typeof setScene>;

/** Soft policy improvement: α log π(ã|s) − min(Q₁, Q₂)(s, ã), ã ~ π(s). α grows while the entropy is below −|A|. */
function actorLoss({ state, batch, config, observations, draws }: Scene) {
  const { actor, logAlpha, critics } = state;
  return valueAndGradients({ actor, logAlpha }, ({ actor, logAlpha }) => {
    const gaussian = squashedPolicy(actor, observations);
    const { actions, logDensity } = sampleSquashed(gaussian, draws.own); // [B, 1, A], [B, 1]
    const alpha = tf.mul(tf.exp(stopGradient(logAlpha)), config.alphaMultiplier);
    const value = tf.min(stackedValues(critics, observations, actions), 0); // [B, 1]
    const imitation = () => tf.expandDims(squashedLogDensity(gaussian, batch.actions), 1);
    const isEarly = tf.less(state.actorOptimizer.count, config.bcSteps);
    const goal = config.bcSteps === 0 ? value : tf.where(isEarly, imitation(), value);
    const actorLoss = tf.mean(tf.sub(tf.mul(alpha, logDensity), goal));

    const entropy = tf.neg(tf.mean(logDensity));
    const surplus = config.tuneEntropy ? tf.add(stopGradient(entropy), batch.actions.shape[1]!) : 0;
    const alphaLoss = tf.mul(logAlpha, surplus);
    const loss = tf.add(actorLoss, alphaLoss) as tf.Scalar;
    return { loss, aux: { ...gaussian, actorLoss, alphaLoss, alpha, entropy } };
  });
}

/** What follows: min(Q₁′, Q₂′)(s′, a′), with a′ ~ π(s′) or the best of several. */
function nextValues(scene: Scene, next: Gaussian, alpha: tf.Tensor): tf.Tensor {
  const { state, config, nextObservations, draws } = scene;
  const { actions, logDensity } = sampleSquashed(next, draws.backup); // [B, K, A], [B, K]
  const all = stackedValues(state.targets, nextObservations, actions); // [2, B, K]
  const smaller = tf.min(all, 0); // [B, K]
  const best = config.maxTargetBackup === 'before-min' ? tf.min(tf.max(all, 2), 0) : tf.max(smaller, 1); // [B]
  const chosenDensity = () => tf.gather(logDensity, tf.argMax(smaller, 1), 1, 1); // [B]
  return config.backupEntropy ? tf.sub(best, tf.mul(alpha, chosenDensity())) : best;
}

/** N actions each from everywhere, from π(s′) and from π(s), [B, 3N, A], and their log-densities [B, 3N]. */
function sampleActions({ draws }: Scene, current: Gaussian, next: Gaussian) {
  const [rows, samples, actionSize] = draws.random.shape as [number, number, number];
  const random = tf.sub(tf.mul(draws.random, 2), 1);
  const randomDensity = tf.fill([rows, samples], actionSize * Math.log(0.5));
  const fromNext = sampleSquashed(next, draws.next);
  const fromCurrent = sampleSquashed(current, draws.current);
  return {
    actions: tf.concat([random, fromNext.actions, fromCurrent.actions], 1),
    logDensity: tf.concat([randomDensity, fromNext.logDensity, fromCurrent.logDensity], 1),
  };
}

/** What the critics' loss looks at, all with the batch as first axis. */
type Rows = Readonly<
  Record<'observations' | 'actions' | 'logDensity' | 'target', tf.Tensor> & { returnsToGo?: tf.Tensor }
>;

/** Bellman error of the data's actions, and the penalty that keeps other actions from being valued above them. */
function criticLoss(scene: Scene, following: tf.Tensor, samples: ReturnType<typeof sampleActions>) {
  const { state, batch, config, observations } = scene;
  const { critics, logAlphaPrime } = state;
  const target = bellmanTarget(batch.rewards, batch.terminated, following, config.discount);
  const actions = tf.concat([tf.expandDims(batch.actions, 1), samples.actions], 1); // [B, 1 + 3N, A]
  const { returnsToGo } = batch;
  const common = { observations, actions, logDensity: samples.logDensity, target };
  const rows: Rows = returnsToGo === undefined ? common : { ...common, returnsToGo };
  const pairs = actions.shape[1]!; // for each state
  return gradientsInParts({ critics, logAlphaPrime }, rows, pairs, ({ critics, logAlphaPrime }, part) => {
    const all = stackedValues(critics, part.observations, part.actions); // [2, b, 1 + 3N]
    const [data, sampled] = tf.split(all, [1, 3 * config.sampledActions], 2) as [tf.Tensor, tf.Tensor];
    const values = tf.squeeze(data, [2]) as tf.Tensor2D; // [2, b]
    const judged = judgeSamples(sampled, part.returnsToGo);
    const scores = config.importanceSampling
      ? tf.sub(judged.values, part.logDensity)
      : tf.concat([data, judged.values], 2);
    const gaps = conservativeGaps(scores, values, config); // [2]
    const { penalty, alphaPrimeLoss, ...multiplier } = conservativePenalty(gaps, logAlphaPrime, config);
    const bellmanError = criticsError(values, part.target as tf.Tensor1D);
    const loss = tf.addN([bellmanError, penalty, alphaPrimeLoss]) as tf.Scalar;
    const means = { gap: tf.mean(gaps), value: tf.mean(values), sampledValue: tf.mean(sampled) };
    const losses = { criticLoss: bellmanError, conservativeLoss: penalty };
    return { loss, aux: { ...losses, ...means, ...multiplier, ...judged.metrics } };
  });
}

/** Values of samples as the gap has them: those of policies, which follow those from everywhere, are calibrated by returns. */
function judgeSamples(sampled: tf.Tensor, returnsToGo: tf.Tensor | undefined) {
  if (returnsToGo === undefined) return { values: sampled, metrics: {} };
  const [random, ...policies] = tf.split(sampled, 3, 2) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const { values, share } = calibrate(tf.concat(policies, 2), returnsToGo);
  return { values: tf.concat([random, values], 2), metrics: { calibratedShare: share } };
}

/** Computes all losses on the same parameters, then takes all steps. */
export function stepContinuousCql(context: Context) {
  const { state, config } = context;
  const { actor, logAlpha, critics, logAlphaPrime } = state;
  const scene = setScene(context);
  const improvement = actorLoss(scene);
  const { mean, logStd, ...actorMetrics } = improvement.aux;
  const next = squashedPolicy(actor, scene.nextObservations);
  const following = nextValues(scene, next, actorMetrics.alpha);
  const evaluation = criticLoss(scene, following, sampleActions(scene, { mean, logStd }, next));

  const actorAdam = adam({ learningRate: config.actorLearningRate });
  const acting = actorAdam.update(improvement.gradients, state.actorOptimizer, { actor, logAlpha });
  const criticAdam = adam({ learningRate: config.criticLearningRate });
  const judging = criticAdam.update(evaluation.gradients, state.criticOptimizer, { critics, logAlphaPrime });
  return {
    state: {
      ...state,
      ...acting.parameters,
      ...judging.parameters,
      actorOptimizer: acting.state,
      criticOptimizer: judging.state,
      targets: polyakAverage(state.targets, judging.parameters.critics, config.targetRate),
    },
    metrics: { ...evaluation.aux, nextValue: tf.mean(following), ...actorMetrics },
  };
}

/** Draws first weights: of all networks the last layer is small. */
export function initContinuousCql({ observationSize, actionSize }: DatasetSpec, config: CqlConfig, rng: Rng) {
  const { hiddenSize, actorLayers, criticLayers, orthogonalInit, logStdMultiplier, logStdOffset } = config;
  const hidden = (layers: number) => Array<number>(layers).fill(hiddenSize);
  const network = cqlWeights(orthogonalInit === 'all')(
    [observationSize, ...hidden(actorLayers), 2 * actionSize],
    rng.split('actor'),
  );
  const actor = initSquashedPolicy(network, { multiplier: logStdMultiplier, offset: logStdOffset });
  const drawCritic = cqlWeights(orthogonalInit !== 'none');
  const depths = [criticLayers, config.compat === 'corl' ? 3 : criticLayers];
  const shapes = depths.map((layers) => [observationSize + actionSize, ...hidden(layers), 1]);
  const critics = initCriticStacks(shapes, rng.split('critics'), drawCritic);
  const logAlpha = hostArray([], [0]);
  const logAlphaPrime = hostArray([], [config.initialLogAlphaPrime]);
  return {
    actor,
    logAlpha,
    actorOptimizer: initAdam({ actor, logAlpha }),
    critics,
    logAlphaPrime,
    criticOptimizer: initAdam({ critics, logAlphaPrime }),
    targets: critics,
  };
}
