/**
 * AVRIL: approximate variational reward imitation learning. From demonstrations alone it learns a policy, and together with it which rewards would explain
 * them, each with its uncertainty (Chan and van der Schaar 2021, "Scalable Bayesian Inverse Reinforcement Learning"). A network gives the values Q of the classes, of
 * which the policy is the softmax; another a normal distribution q of the reward r. The loss is minus the evidence lower bound,
 *
 *   −log π(a|s) + KL(q(r) ‖ N(0, 1)) − λ log q(r = Q(s, a) − γ Q(s′, a′)),
 *
 * so what values say about rewards must be likely, and rewards that nothing asks for stay near 0. Logged rewards are not looked at.
 *
 * Reference: sbirl of the authors (github.com/XanderJC/scalable-birl), with λ = γ = 1, hidden layers of 64, batches of 64 and a learning rate of 1e-4.
 *
 * Differences from the reference:
 * 1. Q(s′, a′) is 0 where the episode terminated, and such rows are learned from; theirs are pairs of rows of one episode only.
 * 2. Hidden layers have ReLU in place of ELU, and observations are standardised.
 */
import type { Rng } from '@lamo/core';
import { transitionSampler, transitions } from '@lamo/data';
import { initMlp, type Mlp, mlp, type ObservationScaler, scaleObservations } from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, type Tree, type TreeRecord } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { policyOutputs } from '../ingredients/action-head';
import { commonConfig } from '../ingredients/config';
import { actorPolicy } from '../ingredients/feed-forward-policy';
import { crossEntropy } from '../ingredients/losses';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import type { DatasetSpec } from '../kinds/dataset';

const config = z.strictObject({
  batchSize: commonConfig.batchSize.default(64),
  normaliseObservations: commonConfig.normaliseObservations,
  hiddenSize: z.int().positive().default(64).describe('Width of the two hidden layers of both networks'),
  learningRate: z.number().positive().default(1e-4).describe('Learning rate'),
  discount: z.number().min(0).max(1).default(1).describe('γ of what follows an action'),
  residualWeight: z
    .number()
    .min(0)
    .max(1) // beyond, a smaller spread of rewards always pays
    .default(1)
    .describe('λ, weight of the likelihood of the rewards that values imply; with 0 it is behaviour cloning'),
  rewardOf: z
    .enum(['state', 'action'])
    .default('state')
    .describe('What a reward is for: state, what is observed; action, what is done there as well'),
});

type Config = z.infer<typeof config>;

/** What learns by gradients. */
interface Networks<Leaf> {
  /** Q, which is the policy's log-odds, [B, n]. */
  readonly actor: Mlp<Leaf>;
  /** Means, then logarithms of deviations: [B, 2], or [B, 2 n] of the reward of each class. */
  readonly reward: Mlp<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

interface State<Leaf> extends Networks<Leaf> {
  readonly optimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
}

/** A batch of transitions: columns of actions are 1 for the class that was chosen. */
interface Batch {
  /** [B, O] */
  readonly observations: tf.Tensor;
  /** [B, n] */
  readonly actions: tf.Tensor;
  /** [B, O] */
  readonly nextObservations: tf.Tensor;
  /** [B, n] */
  readonly nextActions: tf.Tensor;
  /** [B] */
  readonly terminated: tf.Tensor;
}

type Context = StepContext<Config, State<tf.Tensor>, Batch>;

/** AVRIL, ready to train. */
export const avril = defineAlgorithm({
  name: 'avril',
  title: 'AVRIL',
  paper: 'Chan and van der Schaar 2021, Scalable Bayesian Inverse Reinforcement Learning',
  config,
  metrics: {
    loss: 'Minus the evidence lower bound: the sum of the three that follow, the last with its weight',
    negativeLogLikelihood: 'Mean −log π of the logged action, in nats',
    divergence: 'Mean KL divergence of the reward’s distribution from N(0, 1), in nats',
    residualLoss: 'Mean −log q of the reward that values imply, in nats',
    reward: 'Mean of the reward’s mean',
    rewardDeviation: 'Mean of the reward’s standard deviation',
  },
  capabilities: ['discrete-actions'],
  requires: ['discrete-actions'],
  batches: (dataset, { batchSize }, rng) =>
    transitionSampler(transitions(dataset, { nextActions: true }), {
      ...{ batchSize, rng },
      fields: ['observations', 'actions', 'nextObservations', 'nextActions', 'terminated'],
    }),
  fit: { scaler: fitObservationScaler },
  init({ observationSize, actionSize }: DatasetSpec, { hiddenSize, rewardOf }: Config, rng: Rng) {
    const network = (name: string, outputs: number) =>
      initMlp([observationSize, hiddenSize, hiddenSize, outputs], rng.split(name));
    const rewards = rewardOf === 'state' ? 1 : actionSize;
    const networks = { actor: network('actor', actionSize), reward: network('reward', 2 * rewards) };
    return { ...networks, optimizer: initAdam(networks) };
  },
  step({ state, batch, config }: Context) {
    const { actor, reward, scaler, optimizer } = state;
    const scaled = (observations: tf.Tensor) => scaleObservations(scaler, observations);
    const seen = { ...batch, observations: scaled(batch.observations) };
    const next = scaled(batch.nextObservations);
    const learned = { actor, reward } as Networks<tf.Tensor> & TreeRecord<tf.Tensor>;
    const stepped = gradientStep(adam(config), learned, optimizer, (networks) =>
      avrilLoss(
        {
          ...seen,
          values: mlp(networks.actor, seen.observations),
          nextValues: mlp(networks.actor, next),
          rewards: mlp(networks.reward, seen.observations),
        },
        config,
      ),
    );
    const { loss, aux } = stepped;
    return {
      state: { ...state, ...stepped.parameters, optimizer: stepped.optimizer },
      metrics: { loss, ...aux },
    };
  },
  result: actorPolicy(policyOutputs),
});

/** What the networks say of a batch, and what was done. */
export interface JudgedTransitions extends Pick<Batch, 'actions' | 'nextActions' | 'terminated'> {
  /** [B, n] Q of what was observed */
  readonly values: tf.Tensor;
  /** [B, n] Q of what was observed next */
  readonly nextValues: tf.Tensor;
  /** [B, 2], or [B, 2 n]: means of the reward, then logarithms of its deviations */
  readonly rewards: tf.Tensor;
}

/** Computes minus the evidence lower bound, the mean over a batch. */
export function avrilLoss(
  { values, nextValues, rewards, actions, nextActions, terminated }: JudgedTransitions,
  { discount, residualWeight }: Pick<Config, 'discount' | 'residualWeight'>,
) {
  const ofChosen = (all: tf.Tensor, chosen: tf.Tensor) => tf.sum(tf.mul(all, chosen), 1); // [B]
  const future = tf.mul(ofChosen(nextValues, nextActions), tf.mul(tf.sub(1, terminated), discount));
  const implied = tf.sub(ofChosen(values, actions), future);
  const { mean, logDeviation } = rewardPosterior(rewards, actions);
  const deviation = tf.exp(logDeviation);
  const standardised = tf.div(tf.sub(implied, mean), deviation);
  // −log N(x; μ, σ) = log σ + ((x − μ) / σ)² / 2 + log(2 π) / 2
  const surprise = tf.add(
    tf.add(logDeviation, tf.div(tf.square(standardised), 2)),
    Math.log(2 * Math.PI) / 2,
  );
  // KL(N(μ, σ) ‖ N(0, 1)) = (σ² + μ² − 1) / 2 − log σ
  const spread = tf.sub(tf.add(tf.square(deviation), tf.square(mean)), 1);
  const divergence = tf.mean(tf.sub(tf.div(spread, 2), logDeviation));
  const negativeLogLikelihood = tf.mean(crossEntropy(values, actions));
  const residualLoss = tf.mean(surprise);
  const loss = tf.addN([
    negativeLogLikelihood,
    divergence,
    tf.mul(residualLoss, residualWeight),
  ]) as tf.Scalar;
  return {
    loss,
    aux: {
      ...{ negativeLogLikelihood, divergence, residualLoss },
      ...{ reward: tf.mean(mean), rewardDeviation: tf.mean(deviation) },
    },
  };
}

/**
 * Reads the distribution of the reward of what was done.
 *
 * @param rewards [B, 2], or [B, 2 n]
 * @param actions [B, n] 1 for the class that was chosen
 * @returns its mean, and the logarithm of its deviation, [B] each
 */
export function rewardPosterior(
  rewards: tf.Tensor,
  actions: tf.Tensor,
): Readonly<Record<'mean' | 'logDeviation', tf.Tensor>> {
  const [means, logDeviations] = tf.split(rewards, 2, 1) as [tf.Tensor, tf.Tensor];
  const ofChosen = (all: tf.Tensor) =>
    all.shape[1] === 1 ? tf.squeeze(all, [1]) : tf.sum(tf.mul(all, actions), 1);
  return { mean: ofChosen(means), logDeviation: ofChosen(logDeviations) };
}
