/**
 * BC: behaviour cloning. The policy predicts the logged action, or of classes their odds; with `fraction` below 1 only from the best trajectories.
 *
 * Reference: CORL's any_percent_bc.py (baselines "BC" and "BC-10%"); the share of steps is that of Chen et al. 2021, %BC.
 *
 * Differences from the reference: trajectories end where the data says, not every 1000 rows; rows with a time-out are imitated
 * where next observations were logged, and with fraction 1 so is an unfinished last episode. The presets `corl…` undo it all.
 */
import type { Dataset, Rng } from '@lamo/core';
import { corlSplit, topEpisodes, transitionSampler, transitions } from '@lamo/data';
import { initMlp, type Mlp, type ObservationScaler, scaleObservations } from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { imitationError, policyOutputs } from '../ingredients/action-head';
import { commonConfig } from '../ingredients/config';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import type { TransitionBatch } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';

const config = z.strictObject({
  ...commonConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate'),
  fraction: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('Share of the trajectories with the best returns to imitate'),
  fractionOf: z
    .enum(['episodes', 'steps'])
    .default('episodes')
    .describe(
      'What the fraction counts: trajectories, or steps, of which the best trajectories take as many as fit',
    ),
  trajectoryCut: z
    .enum(['flags', 'steps'])
    .default('flags')
    .describe('Where trajectories end: where the data says, or after 1000 rows, as in CORL'),
  rankingDiscount: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('Discount of the returns that rank trajectories'),
});

type Config = z.infer<typeof config>;

interface State<Leaf> {
  readonly actor: Mlp<Leaf>;
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** The settings that multi-task BC has, too. */
type CloningConfig = Pick<Config, 'hiddenSize' | 'learningRate'>;

type Batch = Pick<TransitionBatch, 'observations' | 'actions'>;
type Context = StepContext<CloningConfig, State<tf.Tensor>, Batch>;

/** What is imitated: all data, or the trajectories with the best returns. */
function imitated(
  dataset: Dataset,
  { fraction, fractionOf, trajectoryCut, rankingDiscount }: Config,
): Dataset {
  const cut = trajectoryCut === 'steps' ? corlSplit(dataset) : dataset;
  return fraction === 1 ? cut : topEpisodes(cut, fraction, { discount: rankingDiscount, fractionOf });
}

/** What multi-task BC has in common. */
export const cloning = {
  metrics: {
    actorLoss:
      'Mean squared distance between the policy’s actions and those in the data; of classes, the mean cross-entropy',
  },
  capabilities: ['discrete-actions'] as const,
  init({ observationSize, actionSize }: DatasetSpec, config: CloningConfig, rng: Rng) {
    const hidden = [config.hiddenSize, config.hiddenSize];
    const actor = initMlp([observationSize, ...hidden, actionSize], rng.split('actor'));
    return { actor, optimizer: initAdam(actor) };
  },
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
};

/** Behaviour cloning, ready to train. */
export const bc = defineAlgorithm({
  name: 'bc',
  title: 'BC',
  paper: 'Pomerleau 1991, Efficient Training of Artificial Neural Networks for Autonomous Navigation',
  config,
  ...cloning,
  presets: {
    'best-10%': { fraction: 0.1 },
    // CORL's configs/offline/bc and bc_10; only those for maze2d discount.
    corl: { trajectoryCut: 'steps' },
    'corl-best-10%': { trajectoryCut: 'steps', fraction: 0.1 },
    'corl-maze2d-best-10%': { trajectoryCut: 'steps', fraction: 0.1, rankingDiscount: 0.99 },
  },
  batches: (dataset, config, rng) =>
    transitionSampler(transitions(imitated(dataset, config)), {
      batchSize: config.batchSize,
      rng,
      fields: ['observations', 'actions'],
    }),
  fit: { scaler: (dataset, config) => fitObservationScaler(imitated(dataset, config), config) },
});
