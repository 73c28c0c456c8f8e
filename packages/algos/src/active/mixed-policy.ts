import type { Policy, Task } from '@lamo/core';
import { observationParts } from '@lamo/data';
import { scaleObservations } from '@lamo/models';
import type { HostArray, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { policyOutputs } from '../ingredients/action-head';
import { readActions } from '../ingredients/read-actions';
import { unscaleActions } from '../kinds/action-bounds';
import { describePolicy, isDiscrete } from '../kinds/policy';
import { exportPolicy } from '../policy-file/export-policy';
import { type ActingState, actingState, type NetworkView } from './network-view';
import { type Mixture, toldWeights } from './task-mixing';

/** Networks to mix. */
export interface MixedNetworks<Network> {
  /** As it was before. */
  readonly prior: Network;
  /** As it was fine-tuned. */
  readonly tuned: Network;
}

/**
 * Acts between what a policy does and what it did before it was fine-tuned: a = α(c) â + (1 − α(c)) ā (Bagatella et al. 2025,
 * Section 4.2). Of classes, which the paper does not have, the scores are mixed.
 */
export function mixedPolicy({ prior, tuned }: MixedNetworks<NetworkView>, mixture: Mixture): Policy {
  const { spec } = mixture;
  const { actionSize } = spec;
  return {
    ...describePolicy(spec),
    reset() {},
    async act(seen) {
      const observations = Float32Array.from(seen);
      const after = (await tuned.look(observations)).outputs.data;
      const before = (await prior.look(observations)).outputs.data;
      const weightAt = toldWeights(mixture, observations);
      const mixed = Float32Array.from(after, (value, i) => {
        const weight = weightAt(Math.floor(i / actionSize));
        return weight * value + (1 - weight) * before[i]!;
      });
      if (isDiscrete(spec)) return bestOf(mixed, actionSize);
      return unscaleActions({ actions: mixed, actionSize }, spec.actionBounds ?? null).actions;
    },
  };
}

/** The classes with the highest scores of [n, K], [n]: the first of equally high ones. */
export function bestOf(scores: Float32Array, classes: number): Float32Array {
  return Float32Array.from({ length: scores.length / classes }, (_, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

/**
 * Writes a policy that acts as {@link mixedPolicy} does as an ONNX file.
 *
 * @param states of trainings of multi-task BC, of which the scalers are the same
 */
export function exportMixedPolicy(
  { prior, tuned }: MixedNetworks<Tree<HostArray>>,
  { mixing, otherwise, part, spec }: Mixture,
): Uint8Array {
  const { start, end } = observationParts(spec)[part]!;
  const state = { prior: actingState(prior), tuned: actingState(tuned) };
  const inputs = { observations: ['batch' as const, spec.observationSize] };
  // It is the same of both.
  const { scaler } = state.tuned;
  return exportPolicy({ spec, scaler }, state, inputs, (networks, inputs) => {
    const observations = inputs.observations!;
    const { prior, tuned } = networks as unknown as MixedNetworks<ActingState<tf.Tensor>>;
    const outputsOf = ({ actor, scaler }: ActingState<tf.Tensor>) =>
      policyOutputs(actor, scaleObservations(scaler, observations), spec);
    const told = tf.slice(observations, [0, start], [-1, end - start]);
    // [B, 1] the weight of the task that is told
    const weight = mixing.reduce<tf.Tensor>(
      (sum, { task, weight }) => tf.add(sum, tf.mul(isTold(told, task), weight - otherwise)),
      tf.fill([1, 1], otherwise),
    );
    const [before, after] = [outputsOf(prior), outputsOf(tuned)];
    const mixed = tf.add(tf.mul(weight, after), tf.mul(tf.sub(1, weight), before));
    return readActions(mixed, observations.shape[0]!, spec);
  });
}

/** [B, 1] 1 where a task is told, else 0. */
function isTold(told: tf.Tensor, { code }: Task): tf.Tensor {
  const distances = tf.sum(tf.abs(tf.sub(told, tf.tensor1d([...code]))), 1, true);
  return tf.cast(tf.equal(distances, 0), 'float32');
}
