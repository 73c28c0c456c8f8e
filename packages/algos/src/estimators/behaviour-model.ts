/**
 * A model of whoever acted in a log: for classes their odds, for amounts a Gaussian whose mean and spread depend on what is observed.
 * It serves importance sampling where no probabilities were logged, and is never a result of its own, so it is not registered.
 *
 * Source: Hanna, Niekum and Stone 2019, "Importance Sampling Policy Evaluation with an Estimated Behavior Policy"; here the model is
 * fitted out of fold (see `fitBehaviour`), because one that knows the logged actions by heart makes all others look impossible.
 */
import type { Rng } from '@lamo/core';
import { everyRow, transitionSampler } from '@lamo/data';
import {
  gaussianLogDensity,
  initMlp,
  type Mlp,
  mlp,
  type ObservationScaler,
  scaleObservations,
} from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { commonConfig } from '../ingredients/config';
import { judgeRows } from '../ingredients/judging/judge-rows';
import { crossEntropy } from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete, type Visited } from '../kinds/policy';

const config = z.strictObject({
  ...commonConfig,
  hiddenSize: z.int().positive().default(64).describe('Width of the two hidden layers'),
  learningRate: z.number().positive().default(1e-3).describe('Learning rate'),
});

type Config = z.infer<typeof config>;

interface State<Leaf> {
  readonly network: Mlp<Leaf>;
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type Batch = Pick<TransitionBatch, 'observations' | 'actions'>;

/** Share of the actions that are taken to be chosen without looking: no class is impossible, and no weight larger than its inverse times n. */
const BLIND = 0.01;

/** Logarithms of the smallest and largest deviation, of actions between −1 and 1. */
const [NARROWEST, WIDEST] = [-5, 1];

/** log b(a|s) [B] of actions [B, A] as batches have them. */
function logDensity(network: Mlp<tf.Tensor>, observations: tf.Tensor, actions: tf.Tensor, spec: DatasetSpec) {
  const outputs = mlp(network, observations, 'none');
  const { actionSize } = spec;
  if (isDiscrete(spec)) {
    const chosen = tf.exp(tf.neg(crossEntropy(outputs, actions)));
    return tf.log(tf.add(tf.mul(chosen, 1 - BLIND), BLIND / actionSize)) as tf.Tensor1D;
  }
  const mean = tf.slice(outputs, [0, 0], [-1, actionSize]);
  const logStd = tf.clipByValue(tf.slice(outputs, [0, actionSize], [-1, actionSize]), NARROWEST, WIDEST);
  return gaussianLogDensity({ mean, logStd }, actions);
}

/** What densities are computed from. */
const select = ({ network, scaler }: State<tf.Tensor>) => ({ network, scaler });

/** What a fitted model knows. */
export interface BehaviourDensities {
  /** log b(a|s) [N] of actions as batches have them. */
  logDensities(visited: Visited): Promise<readonly number[]>;
}

/** A model of whoever acted, ready to be fitted. */
export const behaviourModel = defineAlgorithm({
  name: 'behaviour-model',
  config,
  capabilities: ['discrete-actions'],
  metrics: { loss: 'How unlikely the logged actions are: −log b(a|s), mean over the batch' },
  batches: (dataset, { batchSize }, rng) =>
    transitionSampler(everyRow(dataset), { batchSize, rng, fields: ['observations', 'actions'] }),
  init(spec: DatasetSpec, { hiddenSize }: Config, rng: Rng) {
    const outputs = isDiscrete(spec) ? spec.actionSize : 2 * spec.actionSize;
    const network = initMlp([spec.observationSize, hiddenSize, hiddenSize, outputs], rng.split('network'));
    return { network, optimizer: initAdam(network) };
  },
  fit: { scaler: fitObservationScaler },
  step({ state, batch, config, spec }: StepContext<Config, State<tf.Tensor>, Batch>) {
    const observations = scaleObservations(state.scaler, batch.observations);
    const step = gradientStep(adam(config), state.network, state.optimizer, (network) => ({
      loss: tf.neg(tf.mean(logDensity(network, observations, batch.actions, spec))) as tf.Scalar,
    }));
    return {
      state: { ...state, network: step.parameters, optimizer: step.optimizer },
      metrics: { loss: step.loss },
    };
  },
  result: {
    kind: 'densities',
    select,
    create(device, parts): BehaviourDensities {
      const judge = {
        select,
        values: (
          { network, scaler }: ReturnType<typeof select>,
          observations: tf.Tensor,
          actions: tf.Tensor,
        ) => {
          const densities = logDensity(network, scaleObservations(scaler, observations), actions, parts.spec);
          return tf.expandDims(densities, 0) as tf.Tensor2D;
        },
      };
      return { logDensities: async (visited) => (await judgeRows(device, judge, parts, visited))[0]! };
    },
    save: () => {}, // nobody asks for it: what it says of a log is in the estimates
  },
});
