/**
 * XQL: extreme Q-learning. As in IQL, nothing is asked about actions outside the data; but V is the soft maximum of Q over them,
 * β log E[exp(Q / β)], which Gumbel regression finds without drawing an action.
 *
 * Paper: Garg, Hejna, Geist and Ermon 2023, "Extreme Q-Learning: MaxEnt RL without Entropy". Reference: the authors' Div99/XQL,
 * folder offline, which is IQL's code with the losses and the layer norm below.
 *
 * Differences from the reference:
 * 1. Its noise on actions and random actions in V's loss are left out, which it uses for some data when β is chosen for each;
 *    so is dropout in V for AntMaze, which it asks for and never switches on.
 * 2. Observations are standardised unless a preset says otherwise, and all do: the reference's are not.
 */
import { addLayerNorm } from '@lamo/models';
import { initAdam } from '@lamo/runtime';
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import { AS_LOGGED, onD4rlTransitions } from '../ingredients/config';
import { criticsHuberError, gumbelLoss } from '../ingredients/losses';
import { type InSampleContext, inSample, iql, stepInSample } from './iql';

const config = iql.config.omit({ expectile: true, criticLoss: true }).extend({
  valueTemperature: z
    .number()
    .positive()
    .default(2)
    .describe('β: the lower, the nearer V is to the largest Q of the actions in the data'),
  largestExponent: z
    .number()
    .positive()
    .default(7)
    .describe('Advantages above this many β count no more in V’s loss'),
  largestError: z
    .number()
    .positive()
    .default(20)
    .describe('Where the critics’ loss turns from a square to a line'),
});

const GYM = { ...AS_LOGGED, normaliseRewards: 'return-range' } as const;

/** XQL, ready to train. */
export const xql = defineAlgorithm({
  ...inSample,
  name: 'xql',
  title: 'XQL',
  paper: 'Garg, Hejna, Geist and Ermon 2023, Extreme Q-Learning: MaxEnt RL without Entropy',
  config,
  presets: onD4rlTransitions({
    // The authors' configs, and the β of reproduce/*_consistent.sh; gym is halfcheetah, hopper and walker2d.
    gym: GYM,
    antmaze: { ...AS_LOGGED, valueTemperature: 0.6, inverseTemperature: 10, rewardBias: -1, decaySteps: 0 },
    kitchen: { ...AS_LOGGED, valueTemperature: 5, inverseTemperature: 0.5, dropout: 0.1 },
    adroit: { ...AS_LOGGED, valueTemperature: 5, inverseTemperature: 0.5, dropout: 0.1 },
    // The other scripts in reproduce/mujoco, less the noise of the first and the random actions of the sixth.
    'halfcheetah-medium': { ...GYM, batchSize: 1024, valueTemperature: 1 },
    'halfcheetah-medium-replay': { ...GYM, valueTemperature: 1, largestExponent: 5 },
    'halfcheetah-medium-expert': { ...GYM, batchSize: 1024, valueTemperature: 1, largestExponent: 5 },
    'hopper-medium': { ...GYM, batchSize: 1024, valueTemperature: 5 },
    'hopper-medium-replay': GYM,
    'hopper-medium-expert': { ...GYM, batchSize: 1024 },
    'walker2d-medium': { ...GYM, batchSize: 1024, valueTemperature: 10 },
    'walker2d-medium-replay': { ...GYM, batchSize: 1024, valueTemperature: 5, largestExponent: 5 },
    'walker2d-medium-expert': { ...GYM, largestExponent: 5 },
  }),
  metrics: {
    ...iql.metrics,
    valueLoss: 'Gumbel loss of V against the target critics',
    criticLoss: 'Sum of both critics’ Huber errors',
  },
  init(spec, config, rng) {
    const state = inSample.init(spec, config, rng);
    const value = addLayerNorm(state.value, 'before');
    return { ...state, value, valueOptimizer: initAdam(value) };
  },
  step(context: InSampleContext & { readonly config: z.infer<typeof config> }) {
    const { valueTemperature, largestExponent, largestError } = context.config;
    return stepInSample(context, {
      value: (advantages) => gumbelLoss(advantages, valueTemperature, largestExponent),
      critics: (values, targets) => criticsHuberError(values, targets, largestError),
    });
  },
});
