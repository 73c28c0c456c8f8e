/**
 * CQL where actions are classes: double Q-learning, whose network is pushed down on the classes that it values most, and up on the
 * one in the data. No policy has to be learned: the class with the highest value is chosen.
 *
 * Paper: Kumar et al. 2020, "Conservative Q-Learning for Offline Reinforcement Learning", CQL(H), equation 4. References: d3rlpy's
 * DiscreteCQL and TorchRL's DiscreteCQLLoss, both on double Q-learning (van Hasselt, Guez and Silver 2015).
 *
 * Differences from the references:
 * 1. The Bellman error is squared, as in TorchRL and as for vectors here; d3rlpy's is Huber's.
 * 2. Targets follow in every step, as for vectors here; d3rlpy copies them every 8000 steps.
 * 3. The gap may have limits, a temperature and a multiplier, as for vectors here.
 */
import type { Rng } from '@lamo/core';
import {
  initOrthogonal,
  initSmallXavier,
  type Mlp,
  mlp,
  type ObservationScaler,
  scaleObservations,
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
import type { StepContext } from '../engine/algorithm';
import { bellmanTarget, meanSquaredError } from '../ingredients/losses';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';
import { conservativeGaps, conservativePenalty } from './conservative-penalty';
import type { CqlConfig } from './cql';

/** What a step maps to a new one. */
export interface DiscreteCqlState<Leaf> {
  /** Has an output for each class. */
  readonly critic: Mlp<Leaf>;
  /** log α′, the Lagrange multiplier of the gap. */
  readonly logAlphaPrime: Leaf;
  /** State of the optimiser of critic and α′. */
  readonly criticOptimizer: AdamState<Leaf>;
  /** A slowly following copy of the critic. */
  readonly targets: Mlp<Leaf>;
  /** What observations are standardised by. */
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** How networks of CQL start: with a small last layer, be they orthogonal or as PyTorch's are. */
export function cqlWeights(isOrthogonal: boolean): (sizes: readonly number[], rng: Rng) => Mlp<HostArray> {
  return (sizes, rng) =>
    isOrthogonal ? initOrthogonal(sizes, rng, { lastGain: 0.01 }) : initSmallXavier(sizes, rng);
}

/** Draws first weights as those of CQL's critics. */
export function initDiscreteCql({ observationSize, actionSize }: DatasetSpec, config: CqlConfig, rng: Rng) {
  const sizes = [observationSize, ...Array<number>(config.criticLayers).fill(config.hiddenSize), actionSize];
  const critic = cqlWeights(config.orthogonalInit !== 'none')(sizes, rng.split('critics'));
  const logAlphaPrime = hostArray([], [config.initialLogAlphaPrime]);
  return { critic, logAlphaPrime, criticOptimizer: initAdam({ critic, logAlphaPrime }), targets: critic };
}

/** Q(s, ·) [B, n] */
const valuesOf = (critic: Mlp<tf.Tensor>, observations: tf.Tensor) =>
  mlp(critic, observations) as tf.Tensor2D;

/** The values of the classes that were chosen [B]. @param chosen 1 for each of them and 0 for the others, [B, n] */
export const chosenValues = (values: tf.Tensor, chosen: tf.Tensor) =>
  tf.sum(tf.mul(values, chosen), 1) as tf.Tensor1D;

/** What follows: Q′(s′, a′) of the class that Q thinks best, a′ = argmax Q(s′, ·), [B]. */
function nextValues({ critic, targets, scaler }: DiscreteCqlState<tf.Tensor>, nextObservations: tf.Tensor) {
  const next = scaleObservations(scaler, nextObservations);
  const best = tf.argMax(valuesOf(critic, next), 1);
  return tf.gather(valuesOf(targets, next), best, 1, 1);
}

/** Descends Bellman error and conservative gap, y = r + γ (1 − d) Q′(s′, a′). */
export function stepDiscreteCql({
  state,
  batch,
  config,
}: StepContext<CqlConfig, DiscreteCqlState<tf.Tensor>, TransitionBatch>) {
  const observations = scaleObservations(state.scaler, batch.observations);
  const following = nextValues(state, batch.nextObservations);
  const target = bellmanTarget(batch.rewards, batch.terminated, following, config.discount);
  const optimizer = adam({ learningRate: config.criticLearningRate });
  const { critic, logAlphaPrime } = state;
  const step = gradientStep(optimizer, { critic, logAlphaPrime }, state.criticOptimizer, (trained) => {
    const all = valuesOf(trained.critic, observations); // [B, n]
    const values = chosenValues(all, batch.actions); // [B]
    const gaps = conservativeGaps(tf.expandDims(all, 0), tf.expandDims(values, 0), config); // [1]
    const conservative = conservativePenalty(gaps, trained.logAlphaPrime, config);
    const { penalty, alphaPrimeLoss, ...multiplier } = conservative;
    const criticLoss = meanSquaredError(values, target);
    const loss = tf.addN([criticLoss, penalty, alphaPrimeLoss]) as tf.Scalar;
    const means = { gap: tf.mean(gaps), value: tf.mean(values), sampledValue: tf.mean(all) };
    return { loss, aux: { criticLoss, conservativeLoss: penalty, ...means, ...multiplier } };
  });
  const targets = polyakAverage(state.targets, step.parameters.critic, config.targetRate);
  return {
    state: { ...state, ...step.parameters, criticOptimizer: step.optimizer, targets },
    metrics: { ...step.aux, nextValue: tf.mean(following) },
  };
}
