import {
  type AdamState,
  adam,
  clipGlobalNorm,
  fromVector,
  type HostArray,
  initAdam,
  type TreeRecord,
  toVector,
  warmupRate,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { SequenceConfig } from './sequence-config';

/** Parameters of a model of trajectories: the transformer, and everything around it. */
export type Parameters<Leaf> = TreeRecord<Leaf>;

/** The moments: one set for all parameters, or one for the transformer and one for the rest. */
export type SequenceOptimizerState<Leaf> = Readonly<Record<string, AdamState<Leaf>>>;

/** What the optimiser needs to know. */
export interface SequenceOptimizerSettings
  extends Pick<
    SequenceConfig,
    'learningRate' | 'warmupSteps' | 'weightDecay' | 'maxGradientNorm' | 'epsilon'
  > {
  /** A learning rate of its own for the transformer. @default that of everything else */
  readonly transformerLearningRate?: number | null;
}

/** AdamW with a linear warm-up and gradients cut to a norm, as the Decision Transformer and its descendants use it. */
export function sequenceOptimizer(settings: SequenceOptimizerSettings) {
  const { learningRate, transformerLearningRate = null, warmupSteps, maxGradientNorm, ...rest } = settings;
  const { weightDecay, epsilon } = rest;
  const optimizer = (rate: number) =>
    adam({ learningRate: warmupRate(rate, warmupSteps), weightDecay, epsilon });
  const groups: readonly Group[] =
    transformerLearningRate === null
      ? [{ name: 'all', holds: () => true, optimizer: optimizer(learningRate) }]
      : [
          { name: 'transformer', holds: isTransformer, optimizer: optimizer(transformerLearningRate) },
          { name: 'rest', holds: (key) => !isTransformer(key), optimizer: optimizer(learningRate) },
        ];
  return {
    init(parameters: Parameters<HostArray>): SequenceOptimizerState<HostArray> {
      return Object.fromEntries(groups.map(({ name, holds }) => [name, initAdam(pick(parameters, holds))]));
    },
    update(
      gradients: Parameters<tf.Tensor>,
      state: SequenceOptimizerState<tf.Tensor>,
      parameters: Parameters<tf.Tensor>,
    ) {
      const { vector, norm } = clipGlobalNorm(toVector(gradients), maxGradientNorm);
      const clipped = fromVector(vector, gradients);
      const updates = groups.map(({ name, holds, optimizer }) => ({
        name,
        ...optimizer.update(pick(clipped, holds), state[name]!, pick(parameters, holds)),
      }));
      const fresh = Object.assign({}, ...updates.map((update) => update.parameters));
      return {
        // In the order that they came in: a tree's order is that of its vector.
        parameters: Object.fromEntries(Object.keys(parameters).map((key) => [key, fresh[key]])),
        optimizer: Object.fromEntries(updates.map(({ name, state }) => [name, state])),
        metrics: { gradientNorm: norm!, ...partNorms(gradients) },
      };
    },
  };
}

interface Group {
  readonly name: string;
  readonly holds: (key: string) => boolean;
  readonly optimizer: ReturnType<typeof adam>;
}

const isTransformer = (key: string) => key === 'transformer';

function pick<Leaf>(parameters: Parameters<Leaf>, holds: (key: string) => boolean): TreeRecord<Leaf> {
  return Object.fromEntries(Object.entries(parameters).filter(([key]) => holds(key))) as TreeRecord<Leaf>;
}

/** What the loss of actions is in all sequence models: reports draw what means the same into one chart. */
export const ACTION_LOSS =
  'Mean squared distance between predicted and logged actions; of classes, the mean cross-entropy';

/** The metrics of an update, for an algorithm's list of metrics. */
export const gradientMetrics = {
  gradientNorm: 'Norm of the whole gradient before it is cut',
  transformerGradientNorm: 'Norm of the gradient of the parameters inside the transformer, before it is cut',
  embeddingGradientNorm:
    'Norm of the gradient of the embeddings of returns, states, actions and time, before it is cut',
  headGradientNorm: 'Norm of the gradient of the action head, before it is cut',
};

/** Norms of the gradient by group: the one that becomes NaN shows where training broke. */
function partNorms(gradients: Parameters<tf.Tensor>) {
  const norm = (holds: (key: string) => boolean) => {
    const group = pick(gradients, holds);
    // A frozen transformer and a shared head have no parameters.
    return Object.keys(group).length === 0 ? tf.scalar(0) : tf.norm(toVector(group));
  };
  return {
    transformerGradientNorm: norm(isTransformer),
    embeddingGradientNorm: norm((key) => key.startsWith('embed')),
    headGradientNorm: norm((key) => key.startsWith('predict')),
  };
}
