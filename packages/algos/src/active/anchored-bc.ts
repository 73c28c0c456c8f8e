/**
 * Multi-task BC that is held near a network: the controls L2 and EWC against forgetting.
 *
 * loss = multi-task BC's + weight · Σ importance · (θ − θ₀)², with an importance of 1 for all parameters (L2) or how much each mattered
 * before (EWC: see `fisherInformation`).
 *
 * Reference: Kirkpatrick et al. 2017, Overcoming Catastrophic Forgetting in Neural Networks, Eq. 3, where the weight is λ / 2. It is for
 * lessons of active fine-tuning, which say where θ₀ is; on its own it would be held where it was drawn.
 */
import { type Mlp, type ObservationScaler, scaleObservations } from '@lamo/models';
import {
  type AdamState,
  adam,
  gradientStep,
  type HostArray,
  mapTree,
  type Tree,
  treeLeaves,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import { cloning } from '../algorithms/bc';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { imitationError, policyOutputs } from '../ingredients/action-head';
import { weightSetting } from '../ingredients/config';
import type { TransitionBatch } from '../ingredients/transition-batches';

const config = multiTaskBc.config.extend({
  anchorWeight: weightSetting(1, 'Weight of the squared distance from where training began'),
});

type Config = z.infer<typeof config>;

interface State<Leaf> {
  readonly actor: Mlp<Leaf>;
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  /** θ₀ */
  readonly anchor: Mlp<Leaf>;
  /** Of the actor’s shapes. */
  readonly importance: Mlp<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type Batch = Pick<TransitionBatch, 'observations' | 'actions'>;

/** Multi-task BC that is held near `anchor`, a part of its state. */
export const anchoredBc = defineAlgorithm({
  name: 'anchored-bc',
  title: 'Anchored BC',
  paper: 'Kirkpatrick et al. 2017, Overcoming Catastrophic Forgetting in Neural Networks',
  config,
  metrics: { ...cloning.metrics, anchorLoss: 'Weighted squared distance from where training began' },
  capabilities: cloning.capabilities,
  data: multiTaskBc.data,
  batches: multiTaskBc.batches,
  fit: multiTaskBc.fit,
  async init(spec, config, rng) {
    const state = (await multiTaskBc.init(spec, config, rng, {})) as { readonly actor: Mlp<HostArray> };
    return { ...state, anchor: state.actor, importance: equalImportance(state.actor) };
  },
  step({ state, batch, config, spec }: StepContext<Config, State<tf.Tensor>, Batch>) {
    const { scaler, anchor, importance } = state;
    const observations = scaleObservations(scaler, batch.observations);
    const { parameters, optimizer, aux } = gradientStep(
      adam(config),
      state.actor,
      state.optimizer,
      (actor) => {
        const actorLoss = imitationError(policyOutputs(actor, observations, spec), batch.actions, spec);
        const anchorLoss = tf.mul(config.anchorWeight, distance(actor, anchor, importance)) as tf.Scalar;
        return { loss: tf.add(actorLoss, anchorLoss) as tf.Scalar, aux: { actorLoss, anchorLoss } };
      },
    );
    return { state: { ...state, actor: parameters, optimizer }, metrics: aux };
  },
  result: cloning.result,
});

/** The importance of L2: 1 for all parameters. */
export function equalImportance(actor: Tree<HostArray>): Mlp<HostArray> {
  const ones = mapTree(
    actor,
    ({ shape, data }: HostArray): HostArray => ({ shape, data: new Float32Array(data.length).fill(1) }),
  );
  return ones as Mlp<HostArray>;
}

/** Σ importance · (θ − θ₀)² */
function distance(
  ...trees: [actor: Mlp<tf.Tensor>, anchor: Mlp<tf.Tensor>, importance: Mlp<tf.Tensor>]
): tf.Tensor {
  const [actor, anchor, importance] = trees.map((tree) => treeLeaves<tf.Tensor>(tree)) as [
    tf.Tensor[],
    tf.Tensor[],
    tf.Tensor[],
  ];
  const sums = actor.map((leaf, i) => tf.sum(tf.mul(importance[i]!, tf.square(tf.sub(leaf, anchor[i]!)))));
  return tf.addN(sums);
}
