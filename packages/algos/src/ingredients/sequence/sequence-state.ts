import type { Dataset } from '@lamo/core';
import type { DecisionTransformer, ObservationScaler } from '@lamo/models';
import type { HostArray, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { StepReturn } from '../../engine/algorithm';
import { fitObservationScaler } from '../observation-scaler';
import type { SequenceConfig } from './sequence-config';
import { type Conditioning, measureReturns } from './sequence-data';
import {
  type Parameters,
  type SequenceOptimizerSettings,
  type SequenceOptimizerState,
  sequenceOptimizer,
} from './sequence-optimizer';

/** What every algorithm on windows of trajectories keeps. */
export interface SequenceState<Leaf> {
  /** All that trains: the model without what is frozen. */
  readonly parameters: DecisionTransformer<Leaf> & { readonly transformer?: Tree<Leaf> };
  /** State of the optimiser. */
  readonly optimizer: SequenceOptimizerState<Leaf>;
  /** What observations are standardised by. */
  readonly scaler: ObservationScaler<Leaf>;
  /** The scale of returns, and the best return in the data. */
  readonly conditioning: Conditioning<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** Added to the deviations that observations are divided by, as in the Decision Transformer. */
const EPSILON = 1e-6;

/** Makes the parameters and the optimiser of a training that has not begun. */
export function initSequenceState(parameters: Parameters<HostArray>, config: SequenceOptimizerSettings) {
  return { parameters, optimizer: sequenceOptimizer(config).init(parameters) };
}

/** The `fit` of an algorithm on windows: what observations are standardised by, and what returns are measured by. */
export const fitSequence = {
  scaler: (dataset: Dataset, config: SequenceConfig) => fitObservationScaler(dataset, config, EPSILON),
  conditioning: measureReturns,
};

/** Moves the parameters along their gradients, and reports the gradients' norms beside other metrics. */
export function descend<State extends SequenceState<tf.Tensor>>(
  state: State,
  gradients: State['parameters'],
  config: SequenceOptimizerSettings,
  metrics: Readonly<Record<string, tf.Tensor>>,
): StepReturn<State> {
  const { parameters, optimizer } = state;
  const updated = sequenceOptimizer(config).update(gradients as Parameters<tf.Tensor>, optimizer, parameters);
  return {
    state: { ...state, parameters: updated.parameters, optimizer: updated.optimizer },
    metrics: { ...metrics, ...updated.metrics },
  };
}
