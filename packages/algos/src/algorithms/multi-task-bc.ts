/**
 * Multi-task BC: behaviour cloning of several tasks at once. The policy is told its task: the observation that it acts on is
 * [what is observed, task].
 *
 * Reference: none is followed step for step; it is BC with a task-conditioned policy π(a | s, c), the pre-training of Bagatella et
 * al. 2025, Active Fine-Tuning of Multi-Task Policies.
 */
import { transitionSampler, transitions } from '@lamo/data';
import { initMlp, type Mlp, type ObservationScaler, scaleObservations } from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { imitationError, policyOutputs } from '../ingredients/action-head';
import { commonConfig } from '../ingredients/config';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { fitTaskScaler, taskConfig, taskDatasetKind } from '../ingredients/task-observations';
import type { TransitionBatch } from '../ingredients/transition-batches';

const config = z.strictObject({
  ...commonConfig,
  ...taskConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate'),
});

interface State<Leaf> {
  readonly actor: Mlp<Leaf>;
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type Batch = Pick<TransitionBatch, 'observations' | 'actions'>;
type Context = StepContext<z.infer<typeof config>, State<tf.Tensor>, Batch>;

/** Behaviour cloning of several tasks, ready to train. */
export const multiTaskBc = defineAlgorithm({
  name: 'multi-task-bc',
  title: 'Multi-task BC',
  paper: 'Bagatella et al. 2025, Active Fine-Tuning of Multi-Task Policies (its pre-training)',
  config,
  metrics: {
    actorLoss:
      'Mean squared distance between the policy’s actions and those in the data; of classes, the mean cross-entropy',
  },
  data: taskDatasetKind,
  capabilities: ['discrete-actions'],
  batches: (dataset, { batchSize }, rng) =>
    transitionSampler(transitions(dataset), { batchSize, rng, fields: ['observations', 'actions'] }),
  init({ observationSize, actionSize }, { hiddenSize }, rng) {
    // observationSize is that of [what is observed, task]
    const actor = initMlp([observationSize, hiddenSize, hiddenSize, actionSize], rng.split('actor'));
    return { actor, optimizer: initAdam(actor) };
  },
  fit: { scaler: fitTaskScaler },
  step({ state, batch, config, spec }: Context) {
    const observations = scaleObservations(state.scaler, batch.observations);
    const { parameters, optimizer, loss } = gradientStep(
      adam(config),
      state.actor,
      state.optimizer,
      (actor) => ({ loss: imitationError(policyOutputs(actor, observations, spec), batch.actions, spec) }),
    );
    return { state: { ...state, actor: parameters, optimizer }, metrics: { actorLoss: loss } };
  },
  result: actorPolicy(policyOutputs),
});
