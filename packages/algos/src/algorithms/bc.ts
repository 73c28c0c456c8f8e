/**
 * BC: behaviour cloning. The policy predicts the logged action; with `fraction` below 1 only from the best episodes.
 *
 * Reference: CORL's any_percent_bc.py (baseline "BC" and "BC-10%").
 *
 * Differences from the reference: episodes are cut where the data says they ended, not every 1000 rows, and with
 * fraction 1 the unfinished last episode is kept.
 */
import { qlearningTransitions, topEpisodes, transitionSampler } from '@lamo/data';
import {
  deterministicPolicy,
  initMlp,
  type Mlp,
  type ObservationScaler,
  scaleObservations,
} from '@lamo/models';
import { type AdamState, adam, type Tree, valueAndGradients } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineAlgorithm } from '../algorithm';
import { commonConfig } from '../config';
import { feedForwardPolicy } from '../feed-forward-policy';
import { meanSquaredError } from '../losses';
import { initObservationScaler } from '../observation-scaler';

const config = z.strictObject({
  ...commonConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate'),
  fraction: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('Share of the episodes with the best returns to imitate'),
  rankingDiscount: z.number().gt(0).max(1).default(1).describe('Discount of the returns that rank episodes'),
});

interface State<Leaf> {
  readonly actor: Mlp<Leaf>;
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** Behaviour cloning, ready to train. */
export const bc = defineAlgorithm<typeof config, State<tf.Tensor>, 'actor'>({
  name: 'bc',
  title: 'BC',
  paper: 'Pomerleau 1991, Efficient Training of Artificial Neural Networks for Autonomous Navigation',
  config,
  presets: { 'best-10%': { fraction: 0.1 } },
  metrics: { actorLoss: 'Mean squared distance between the policy’s actions and those in the data' },
  batches(dataset, { batchSize, fraction, rankingDiscount }, rng) {
    const best = fraction === 1 ? dataset : topEpisodes(dataset, fraction, rankingDiscount);
    return transitionSampler(qlearningTransitions(best), {
      batchSize,
      rng,
      fields: ['observations', 'actions'],
    });
  },
  init(dataset, { hiddenSize, normaliseObservations }, rng) {
    const actor = initMlp(
      [dataset.observationSize, hiddenSize, hiddenSize, dataset.actionSize],
      rng.split('actor'),
    );
    return {
      actor,
      optimizer: adam({ learningRate: 0 }).init(actor),
      scaler: initObservationScaler(dataset, normaliseObservations),
    };
  },
  steps: {
    actor({ state, batch, config }) {
      const observations = scaleObservations(state.scaler, batch.observations!);
      const { loss, gradients } = valueAndGradients(state.actor, (actor) => ({
        loss: meanSquaredError(deterministicPolicy(actor, observations), batch.actions!),
      }));
      const update = adam(config).update(gradients, state.optimizer, state.actor);
      return {
        state: { ...state, actor: update.parameters, optimizer: update.state },
        metrics: { actorLoss: loss },
      };
    },
  },
  cycle: () => ['actor'],
  parameters: ({ actor }) => ({ actor }),
  policy: feedForwardPolicy({
    select: ({ actor, scaler }: State<tf.Tensor>) => ({ actor, scaler }),
    act: ({ actor, scaler }, observations) =>
      deterministicPolicy(actor, scaleObservations(scaler, observations)),
  }),
});
