/**
 * CQL: soft actor-critic whose critics are pushed down on actions that the policy might take, and up on those in the data.
 *
 * Paper: Kumar et al. 2020, "Conservative Q-Learning for Offline Reinforcement Learning". Reference: CORL's cql.py, a port of
 * young-geng/CQL; the defaults are what it has for halfcheetah, hopper and walker2d.
 *
 * Where actions are classes the critic itself is the policy: `discrete-cql.ts`. Differences from the reference:
 * 1. All sampled actions go through the critics at once, together with the data's.
 * 2. In the first `bcSteps` the policy imitates the data, as in young-geng's code; CORL scores an action of its own.
 * 3. `orthogonalInit` says which networks start so; CORL's one flag never reaches the layers of the policy.
 * 4. Both critics have `criticLayers`, unless `compat` asks for CORL's second one, which has three whatever is set.
 */
import { mlp, scaleObservations, squashedMean, squashedPolicy, stackedValues } from '@lamo/models';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { StepContext } from '../engine/algorithm';
import { defineAlgorithm } from '../engine/define-algorithm';
import { commonConfig, onD4rlTransitions, valueConfig } from '../ingredients/config';
import { drawClasses, drawSquashed } from '../ingredients/exploring';
import { feedForwardPolicy } from '../ingredients/feed-forward-policy';
import { valuedBy } from '../ingredients/judging/critic-values';
import { fitObservationScaler } from '../ingredients/observation-scaler';
import { rewardConfig } from '../ingredients/reward-config';
import { transitionBatches } from '../ingredients/transition-batches';
import { forVectors } from '../kinds/action-bounds';
import { isDiscrete } from '../kinds/policy';
import {
  type ContinuousCqlBatch,
  type ContinuousCqlState,
  initContinuousCql,
  stepContinuousCql,
} from './continuous-cql';
import { chosenValues, type DiscreteCqlState, initDiscreteCql, stepDiscreteCql } from './discrete-cql';

/** Settings of CQL, all of which Cal-QL has, too. */
export const cqlConfig = z.strictObject({
  ...commonConfig,
  ...rewardConfig,
  hiddenSize: z.int().positive().default(256).describe('Width of the hidden layers of every network'),
  actorLayers: z.int().positive().default(3).meta(forVectors('Hidden layers of the policy')),
  criticLayers: z.int().positive().default(3).describe('Hidden layers of each critic'),
  compat: z
    .enum(['none', 'corl'])
    .default('none')
    .meta(forVectors('corl: the second critic has three always')),
  orthogonalInit: z.enum(['none', 'critics', 'all']).default('critics').describe('What starts orthogonal'),
  actorLearningRate: z
    .number()
    .positive()
    .default(3e-5)
    .meta(forVectors('Learning rate of policy and alpha')),
  criticLearningRate: z.number().positive().default(3e-4).describe('Learning rate of critics, alpha prime'),
  ...valueConfig,
  conservativeWeight: z.number().min(0).default(10).describe('Weight of the conservative gap'),
  sampledActions: z
    .int()
    .positive()
    .default(10)
    .meta(forVectors('Actions from each source that are pushed down')),
  temperature: z.number().positive().default(1).describe('The lower, the more the best sample counts alone'),
  importanceSampling: z
    .boolean()
    .default(true)
    .meta(forVectors('Divide by density; if not, add the data’s action')),
  clipMin: z.number().nullable().default(null).describe('Smallest gap of a state; null: no limit'),
  clipMax: z.number().nullable().default(null).describe('Largest gap of a state; null: no limit'),
  targetGap: z.number().nullable().default(null).describe('Gap that a Lagrange multiplier keeps; null: none'),
  weighTargetGap: z.boolean().default(true).describe('Also weigh the target gap (authors: no)'),
  initialLogAlphaPrime: z.number().default(1).describe('Log of alpha prime, that multiplier (authors: 0)'),
  maxTargetBackup: z
    .enum(['none', 'after-min', 'before-min'])
    .default('none')
    .meta(forVectors('Target of the best of many next actions, as the smaller critic has it or each')),
  backupEntropy: z.boolean().default(false).meta(forVectors('Count the entropy in the target, as SAC does')),
  tuneEntropy: z
    .boolean()
    .default(true)
    .meta(forVectors('Learn alpha: the entropy is to be minus an action’s size')),
  alphaMultiplier: z
    .number()
    .min(0)
    .default(1)
    .meta(forVectors('Multiplies alpha; is alpha if none is learnt')),
  logStdMultiplier: z.number().default(1).meta(forVectors('Initial factor of the policy’s raw log σ')),
  logStdOffset: z.number().default(-1).meta(forVectors('Added to the policy’s log deviation at first')),
  bcSteps: z.int().min(0).default(0).meta(forVectors('First steps in which the policy imitates the data')),
});

/** All settings of CQL. */
export type CqlConfig = z.infer<typeof cqlConfig>;

type State = ContinuousCqlState<tf.Tensor> | DiscreteCqlState<tf.Tensor>;

const isOfClasses = (state: State): state is DiscreteCqlState<tf.Tensor> => 'critic' in state;

/** Takes a step, on vectors or classes; where the batch has returns, values are calibrated by them. */
export function stepCql(context: StepContext<CqlConfig, State, ContinuousCqlBatch>) {
  const { state } = context;
  return isOfClasses(state)
    ? stepDiscreteCql({ ...context, state })
    : stepContinuousCql({ ...context, state });
}

/** CQL, ready to train. */
export const cql = defineAlgorithm({
  name: 'cql',
  title: 'CQL',
  paper: 'Kumar et al. 2020, Conservative Q-Learning for Offline Reinforcement Learning',
  config: cqlConfig,
  // CORL's configs/offline/cql. It has none for kitchen; gym is halfcheetah, hopper and walker2d.
  presets: onD4rlTransitions({
    gym: {},
    'hopper-medium': { normaliseRewards: 'return-range', returnCut: 'steps' },
    maze2d: { targetGap: 5 },
    antmaze: {
      conservativeWeight: 5,
      targetGap: 0.8,
      clipMin: -200,
      maxTargetBackup: 'after-min',
      actorLearningRate: 1e-4,
      criticLayers: 5,
      compat: 'corl',
      normaliseObservations: false,
      rewardScale: 10,
      rewardBias: -5,
    },
    adroit: { conservativeWeight: 1, actorLearningRate: 1e-4 },
  }),
  metrics: {
    criticLoss: 'Mean squared Bellman error, summed over the critics: two, or one where actions are classes',
    conservativeLoss: 'Weighed gap, above its target if there is one, summed over the critics',
    gap: 'What critics think of sampled actions, or of all classes, above what they think of the data’s, on average',
    alphaPrime: 'Lagrange multiplier of the gap; only with a target',
    value: 'Mean value of the actions in the data',
    sampledValue: 'Mean value of the sampled actions, or of all classes',
    nextValue: 'Mean value of what follows, by the target critics',
    actorLoss: 'Mean of alpha times the policy’s log-density, minus the smaller critic’s value',
    alphaLoss: 'log alpha times what the entropy is above its target',
    alpha: 'Weight of the entropy',
    entropy: 'Entropy of the policy, estimated by one action for each state',
  },
  capabilities: ['discrete-actions'],
  batches: transitionBatches(),
  init: (spec, config, rng) =>
    isDiscrete(spec) ? initDiscreteCql(spec, config, rng) : initContinuousCql(spec, config, rng),
  fit: { scaler: fitObservationScaler },
  step: stepCql,
  parameters(state) {
    if (isOfClasses(state)) return { critics: { critic: state.critic, alphaPrime: state.logAlphaPrime } };
    const { actor, critics, logAlpha, logAlphaPrime } = state;
    return { actor, critics, multipliers: { logAlpha, logAlphaPrime } };
  },
  result: {
    ...feedForwardPolicy({
      select: (state: State) =>
        isOfClasses(state)
          ? { critic: state.critic, scaler: state.scaler }
          : { actor: state.actor, scaler: state.scaler },
      act(part, given) {
        const observations = scaleObservations(part.scaler, given);
        if ('critic' in part) return mlp(part.critic, observations);
        return squashedMean(squashedPolicy(part.actor, observations));
      },
      explore(part, given, noise) {
        const observations = scaleObservations(part.scaler, given);
        if ('critic' in part) return drawClasses(mlp(part.critic, observations), noise);
        return drawSquashed(squashedPolicy(part.actor, observations), noise);
      },
    }),
    ...valuedBy({
      select: (state: State) =>
        isOfClasses(state)
          ? { critic: state.critic, scaler: state.scaler }
          : { critics: state.critics, scaler: state.scaler },
      value(part, given, actions) {
        const observations = scaleObservations(part.scaler, given);
        if ('critic' in part) return chosenValues(mlp(part.critic, observations), actions);
        const values = stackedValues(part.critics, observations, tf.expandDims(actions, 1)); // [2, B, 1]
        return tf.squeeze(tf.min(values, 0), [1]) as tf.Tensor1D;
      },
    }),
  },
});
