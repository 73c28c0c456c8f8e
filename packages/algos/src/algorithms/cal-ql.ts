/**
 * Cal-QL: CQL whose critics are not pushed below what the data's policy earned, so that they are of the right size where the
 * policy goes on to act: values that are far too low make whatever it tries out look good, and what it has learned is lost.
 *
 * Paper: Nakamoto et al. 2023, "Cal-QL: Calibrated Offline RL Pre-Training for Efficient Online Fine-Tuning". Reference: the
 * authors' nakamotoo/Cal-QL; CORL's cal_ql.py where it says so.
 *
 * Its step is CQL's (continuous-cql.ts), of batches that have the return from each state on: equation 5.1 is `calibrate`.
 *
 * Differences from the reference, beside CQL's own:
 * 1. Episodes end where the data say so; a row with a time-out, and an unfinished last episode, count.
 * 2. Which trajectories failed is not looked up by the environment's name: `cutReturns` says how those that were cut go on.
 * 3. While it acts, the episode that runs counts as cut where it is; the authors learn after whole episodes only.
 */
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import { AS_LOGGED, onD4rlTransitions } from '../ingredients/config';
import { transitionBatches } from '../ingredients/transition-batches';
import { cql, cqlConfig, stepCql } from './cql';

const { shape } = cqlConfig;

// The defaults are those of the authors' program.
const config = z.strictObject({
  ...shape,
  orthogonalInit: shape.orthogonalInit.default('all'),
  actorLayers: shape.actorLayers.default(2),
  criticLayers: shape.criticLayers.default(2),
  actorLearningRate: shape.actorLearningRate.default(1e-4),
  conservativeWeight: shape.conservativeWeight.default(5),
  maxTargetBackup: shape.maxTargetBackup.default('after-min'),
  cutReturns: z
    .enum(['nothing', 'constant', 'last-reward'])
    .default('nothing')
    .describe(
      'How an episode goes on that did not terminate: it does not; constant: for ever, if all rewards are the same; last-reward: for ever',
    ),
  calibrateOnline: z
    .boolean()
    .default(true)
    .describe('Calibrate while it acts, too, as the authors do; CORL stops then'),
});

type Config = z.infer<typeof config>;

const drawCalibrated = transitionBatches([
  'observations',
  'actions',
  'rewards',
  'nextObservations',
  'terminated',
  'returnsToGo',
]);

/** Batches whose returns are below all values, so that none is calibrated. */
function uncalibrated(source: ReturnType<typeof drawCalibrated>): typeof source {
  const { tables: _, ...rest } = source;
  return {
    ...rest,
    next(into) {
      source.next(into);
      into.returnsToGo.fill(LOWEST);
    },
  };
}

/** Near the smallest float32. */
const LOWEST = -3e38;

/** Cal-QL, ready to train. */
export const calQl = defineAlgorithm({
  ...cql,
  name: 'cal-ql',
  title: 'Cal-QL',
  paper: 'Nakamoto et al. 2023, Cal-QL: Calibrated Offline RL Pre-Training for Efficient Online Fine-Tuning',
  config,
  presets: onD4rlTransitions({
    // The authors' scripts.
    antmaze: {
      ...AS_LOGGED,
      criticLayers: 4,
      targetGap: 0.8,
      rewardScale: 10,
      rewardBias: -5,
      cutReturns: 'constant',
    },
    'adroit-binary': {
      ...AS_LOGGED,
      hiddenSize: 512,
      criticLayers: 3,
      conservativeWeight: 1,
      rewardScale: 10,
      rewardBias: 5,
      cutReturns: 'constant',
    },
    kitchen: {
      ...AS_LOGGED,
      hiddenSize: 512,
      actorLayers: 3,
      criticLayers: 3,
      importanceSampling: false,
      cutReturns: 'last-reward',
    },
    // CORL's configs/finetune/cal_ql.
    'antmaze-corl': {
      ...AS_LOGGED,
      actorLayers: 3,
      criticLayers: 5,
      targetGap: 0.8,
      clipMin: -200,
      rewardScale: 10,
      rewardBias: -5,
      cutReturns: 'constant',
      calibrateOnline: false,
    },
    'adroit-corl': {
      ...AS_LOGGED,
      actorLayers: 3,
      criticLayers: 3,
      conservativeWeight: 1,
      clipMin: -200,
      calibrateOnline: false,
    },
  }),
  metrics: {
    ...cql.metrics,
    calibratedShare:
      'Share of the policy’s sampled actions that are valued below the data’s return, and so are not pushed down',
  },
  capabilities: [],
  batches(dataset, config: Config, rng, _, acts = false) {
    const source = drawCalibrated(dataset, config, rng);
    return acts && !config.calibrateOnline ? uncalibrated(source) : source;
  },
  step: stepCql,
});
