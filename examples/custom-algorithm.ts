/**
 * A complete algorithm outside of the packages, trained without being registered. Run it from the repository:
 * `npx tsx --conditions=@lamo/source examples/custom-algorithm.ts`
 *
 * MARWIL imitates each action in the data by how much better it turned out than what usually happens from there.
 *
 * Paper: Wang et al. 2018, "Exponentially Weighted Imitation Learning for Batched Historical Data".
 *
 * Differences from the paper: the policy is deterministic, so that its log-likelihood is a squared distance; advantages
 * are divided by their size in the batch rather than on the whole; weights are bounded.
 */
import { pathToFileURL } from 'node:url';
import {
  commonConfig,
  defineAlgorithm,
  feedForwardPolicy,
  fitObservationScaler,
  type StepContext,
  type TransitionBatch,
  train,
} from '@lamo/algos';
import { returnsToGo, transitionSampler, transitions } from '@lamo/data';
import { collectMaze, evaluate, mean, normalisedScore } from '@lamo/eval';
import {
  deterministicPolicy,
  initMlp,
  type Mlp,
  mlp,
  type ObservationScaler,
  scaleObservations,
} from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, stopGradient } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

const config = z.strictObject({
  ...commonConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers of both networks'),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate'),
  discount: z.number().min(0).max(1).default(0.99).describe('Discount of future rewards'),
  sharpness: z.number().min(0).default(1).describe('How much better actions count more; 0: all alike'),
  maxWeight: z.number().positive().default(20).describe('Largest weight of an action'),
});

type State<Leaf> = {
  readonly networks: { readonly actor: Mlp<Leaf>; readonly value: Mlp<Leaf> };
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
};

type Batch = Pick<TransitionBatch, 'observations' | 'actions' | 'rewards'>;

type Context = StepContext<z.infer<typeof config>, State<tf.Tensor>, Batch>;

export const marwil = defineAlgorithm({
  name: 'marwil',
  title: 'MARWIL',
  paper: 'Wang et al. 2018, Exponentially Weighted Imitation Learning for Batched Historical Data',
  config,
  presets: { 'imitate-all': { sharpness: 0 } },
  metrics: {
    actorLoss: 'Mean weighted squared distance between the policy’s actions and those in the data',
    valueLoss: 'Mean squared distance between values and the returns that followed',
    weight: 'Mean weight of an action',
  },
  batches(dataset, { batchSize, discount }, rng) {
    // What followed each action takes the place of its reward.
    const returns = returnsToGo(dataset.rewards, dataset.episodeEnds, discount);
    const rows = transitions({ ...dataset, rewards: returns });
    return transitionSampler(rows, { batchSize, rng, fields: ['observations', 'actions', 'rewards'] });
  },
  init({ observationSize, actionSize }, config, rng) {
    const network = (label: string, outputs: number) =>
      initMlp([observationSize, config.hiddenSize, config.hiddenSize, outputs], rng.split(label));
    const networks = { actor: network('actor', actionSize), value: network('value', 1) };
    return { networks, optimizer: initAdam(networks) };
  },
  fit: { scaler: fitObservationScaler },
  /** w (π(s) − a)² + ½ (R − V(s))², w = min(exp(β A / √mean A²), maxWeight), A = R − V(s). */
  step({ state, batch, config }: Context) {
    const observations = scaleObservations(state.scaler, batch.observations);
    const step = gradientStep(adam(config), state.networks, state.optimizer, ({ actor, value }) => {
      const advantages = tf.sub(batch.rewards, tf.squeeze(mlp(value, observations), [1])); // [B]
      const valueLoss = tf.mean(tf.square(advantages));
      const normalised = tf.div(advantages, tf.add(tf.sqrt(valueLoss), 1e-6));
      const exponentials = tf.exp(tf.mul(stopGradient(normalised), config.sharpness));
      const weights = tf.minimum(exponentials, config.maxWeight);
      const actions = deterministicPolicy(actor, observations);
      const distances = tf.mean(tf.squaredDifference(actions, batch.actions), 1); // [B]
      const actorLoss = tf.mean(tf.mul(weights, distances));
      const loss = tf.add(actorLoss, tf.mul(valueLoss, 0.5)) as tf.Scalar;
      return { loss, aux: { actorLoss, valueLoss, weight: tf.mean(weights) } };
    });
    return {
      state: { ...state, networks: step.parameters, optimizer: step.optimizer },
      metrics: step.aux,
    };
  },
  result: feedForwardPolicy({
    select: ({ networks, scaler }: State<tf.Tensor>) => ({ actor: networks.actor, scaler }),
    act: ({ actor, scaler }, observations) =>
      deterministicPolicy(actor, scaleObservations(scaler, observations)),
  }),
});

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const budget = Number(process.argv[2] ?? 20_000);
  const dataset = await collectMaze({ maze: 'umaze', rows: 5 * budget, noisy: true, seed: 0 });
  const run = await train(marwil, dataset, { steps: budget, every: Math.ceil(budget / 10) });
  for await (const { step, metrics } of run) console.log(step, metrics);

  const policy = await run.result();
  const scores: number[] = [];
  for await (const episode of evaluate(policy, 'maze2d-umaze-v1', { episodes: 50 })) {
    scores.push(normalisedScore('maze2d-umaze-v1', episode.return));
  }
  console.log(`MARWIL: score ${mean(scores).toFixed(1)}`);
  await policy.dispose();
  await run.dispose();
}
