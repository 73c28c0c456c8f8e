/**
 * FQE: fitted Q evaluation. It learns nothing to do: it says what a given policy is worth, from logged data alone. Q(s, a) is
 * regressed onto the reward and what the policy's own action is worth after it; the estimate is Q where episodes begin.
 *
 * Paper: Le, Voloshin and Yue 2019, "Batch Policy Learning under Constraints", algorithm 3; in practice Voloshin et al. 2021,
 * "Empirical Study of Off-Policy Policy Evaluation", and Paine et al. 2020, "Hyperparameter Selection for Offline Reinforcement
 * Learning". Compared with: d3rlpy's FQE and DiscreteFQE.
 *
 * Differences:
 * 1. Le et al. fit each Q to convergence before the next; as in d3rlpy there are `targetEvery` gradient steps for each.
 *    `targetEvery` 1 and `targetRate` 0.005 let the target follow slowly instead.
 * 2. There are two networks, each with its own target, as in an ensemble; the estimate is their mean. d3rlpy has one by default.
 * 3. Observations are standardised, as in all algorithms here. The loss is squared, as in the paper; d3rlpy has Huber's for classes,
 *    which does not lead to the mean where returns are skewed.
 * 4. With `resample` each network learns from a bootstrap sample of the episodes (Hao et al. 2021, "Bootstrapping Fitted
 *    Q-Evaluation for Off-Policy Inference", algorithm 2), by weights in one training; they are as many networks, not new fits.
 * 5. The policy is a file: what is judged is the one action that it returns, of a stochastic policy usually the most likely.
 */
import type { Rng } from '@lamo/core';
import { type Critics, initCritics, type ObservationScaler, qValues, scaleObservations } from '@lamo/models';
import { type AdamState, adam, gradientStep, initAdam, polyakAverage, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { commonConfig, valueConfig } from '../ingredients/config';
import {
  findStarts,
  type JudgedBatch,
  judgedTransitions,
  NETWORK_WEIGHTS,
  POLICY_ACTIONS,
} from '../ingredients/judging/judged-transitions';
import {
  type JudgedPolicy,
  judgedPolicyConfig,
  loadJudgedPolicy,
} from '../ingredients/judging/load-judged-policy';
import { bellmanTarget, criticsError, criticsHuberError } from '../ingredients/losses';
import { fitTaskScaler, taskConfig, toldTaskKind } from '../ingredients/task-observations';
import type { DatasetSpec } from '../kinds/dataset';
import { estimateResult, type Starts } from '../kinds/estimate';

const config = z.strictObject({
  ...judgedPolicyConfig,
  ...taskConfig,
  ...commonConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the two hidden layers of every network'),
  networks: z.int().positive().default(2).describe('Networks that judge independently of each other'),
  resample: z
    .int()
    .nullable()
    .default(null)
    .describe(
      'Seed of the sample of episodes, drawn with replacement, that each network learns from, so that intervals hold what networks learned by chance (take 5 networks or more); none: all learn from all',
    ),
  learningRate: z.number().positive().default(3e-4).describe('Learning rate of every network'),
  discount: valueConfig.discount,
  targetEvery: z.int().positive().default(100).describe('Steps after which the targets are replaced'),
  targetRate: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('Share of the networks in the targets that replace the old ones; 1: all'),
  loss: z
    .enum(['squared', 'huber'])
    .default('squared')
    .describe(
      'Loss of an error: its square; huber is a straight line beyond 1, and not the mean where returns are skewed',
    ),
  rewardScale: z
    .number()
    .positive()
    .default(1)
    .describe('What rewards are multiplied by while it learns; estimates are in their own units'),
});

type Config = z.infer<typeof config>;

interface State<Leaf> {
  readonly critics: Critics<Leaf>;
  readonly targets: Critics<Leaf>;
  readonly criticOptimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
  readonly starts: Starts<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

type Context = StepContext<Config, State<tf.Tensor>, JudgedBatch, JudgedPolicy>;

/** Huber's loss is a straight line beyond this error, as in d3rlpy. */
const DELTA = 1;

/** y = r + γ (1 − d) Q′(s′, π(s′)), each network with its own target; and Q → y. */
function step({ state, batch, config }: Context) {
  const observations = scaleObservations(state.scaler, batch.observations);
  const nextObservations = scaleObservations(state.scaler, batch.nextObservations);
  const nextValues = qValues(state.targets, nextObservations, batch[POLICY_ACTIONS]); // [N, B]
  const target = bellmanTarget(batch.rewards, batch.terminated, nextValues, config.discount); // [N, B]
  const drawn = batch[NETWORK_WEIGHTS];
  const weights = drawn && tf.transpose(drawn); // [N, B]

  const step = gradientStep(adam(config), state.critics, state.criticOptimizer, (critics) => {
    const values = qValues(critics, observations, batch.actions); // [N, B]
    const isSquared = config.loss === 'squared';
    const loss = isSquared
      ? criticsError(values, target, weights)
      : criticsHuberError(values, target, DELTA, weights);
    return { loss, aux: { value: tf.mean(values), nextValue: tf.mean(nextValues) } };
  });
  const isDue = tf.equal(tf.mod(step.optimizer.count, config.targetEvery), 0);
  const rate = tf.mul(tf.cast(isDue, 'float32'), config.targetRate) as tf.Scalar;
  return {
    state: {
      ...state,
      critics: step.parameters,
      criticOptimizer: step.optimizer,
      targets: polyakAverage(state.targets, step.parameters, rate),
    },
    metrics: { criticLoss: step.loss, ...step.aux },
  };
}

/** FQE, ready to train. */
export const fqe = defineAlgorithm({
  name: 'fqe',
  title: 'FQE',
  paper: 'Le, Voloshin and Yue 2019, Batch Policy Learning under Constraints',
  config,
  data: toldTaskKind, // so a policy that is told its task sees it behind the observations
  capabilities: ['discrete-actions'],
  metrics: {
    criticLoss: 'Sum of all networks’ mean squared (or Huber) Bellman errors, in scaled rewards',
    value: 'Mean value of the actions in the data, in scaled rewards',
    nextValue: 'Mean value of what the policy does next, by the targets, in scaled rewards',
  },
  load: (spec, config, _rng, observer) => loadJudgedPolicy(spec, config, observer),
  batches: judgedTransitions,
  init({ observationSize, actionSize }: DatasetSpec, { hiddenSize, networks }: Config, rng: Rng) {
    const sizes = [observationSize + actionSize, hiddenSize, hiddenSize, 1];
    const critics = initCritics(networks, sizes, rng.split('critics'));
    return { critics, targets: critics, criticOptimizer: initAdam(critics) };
  },
  fit: { scaler: fitTaskScaler },
  keep: { starts: findStarts },
  step,
  result: estimateResult({
    select: ({ critics, scaler }: State<tf.Tensor>) => ({ critics, scaler }),
    values({ critics, scaler }, observations, actions, { rewardScale }: Config) {
      const values = qValues(critics, scaleObservations(scaler, observations), actions);
      return tf.div(values, rewardScale) as tf.Tensor2D;
    },
  }),
});
