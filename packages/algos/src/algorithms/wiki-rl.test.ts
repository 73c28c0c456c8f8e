import { Rng } from '@lamo/core';
import { gpt2Config, initGpt2Body } from '@lamo/models';
import { type HostArray, hostArray, type Tree } from '@lamo/runtime';
import { mean, sum } from '../../test/plain';
import {
  actionLoss,
  inputsOf,
  type Model,
  TRAJECTORY_SETTINGS,
  testTrajectoryStep,
} from '../../test/trajectory-step';
import type { AnyAlgorithm, Loaded } from '../engine/algorithm';
import { wikiRl } from './wiki-rl';

const sizes = gpt2Config({ nEmbd: 4, nLayer: 1, nHead: 2, residPdrop: 0, embdPdrop: 0, attnPdrop: 0 });
const shape = { order: 'norm-then-time', sizes } as const;

/** Directions of words. */
const CENTRES = [
  [1, 0.5, -0.3, 0.2],
  [-2, 1, 0.4, 0],
  [0.1, -0.3, 0.2, 0.6],
];

/** A backbone of four units a layer, all of which trains. */
const loaded = {
  config: sizes,
  trainable: { transformer: initGpt2Body(sizes, Rng.fromSeed(1)) as Tree<HostArray> },
  clusters: async () => hostArray([3, 4], CENTRES.flat()),
} as Loaded;

const cosine = (x: readonly number[], y: readonly number[]) =>
  sum(x.map((value, i) => value * y[i]!)) / (Math.hypot(...x) * Math.hypot(...y));

/** Minus the mean over all inputs of how they point towards the words. */
const similarityLoss = (model: Model, of: (cosines: number[]) => number) =>
  -mean(inputsOf(model, shape).map((input) => of(CENTRES.map((centre) => cosine(input, centre)))));

// At the first of 10 steps the weight has faded to 1 / (1 + e⁻⁴) of itself.
const weights = { actionLoss: 1, similarityLoss: 0.5 / (1 + Math.exp(-4)) };
const given = { ...TRAJECTORY_SETTINGS, similarityWeight: 0.5, similaritySteps: 10 };

testTrajectoryStep(wikiRl as AnyAlgorithm, 'towards the nearest words', {
  config: wikiRl.config.parse(given),
  shape,
  loaded,
  losses: (model) => ({
    actionLoss: actionLoss(model, shape),
    similarityLoss: similarityLoss(model, (cosines) => Math.max(...cosines)),
  }),
  weights,
});

testTrajectoryStep(wikiRl as AnyAlgorithm, 'towards all words, with a shared head', {
  config: wikiRl.config.parse({ ...given, similarityTo: 'all', head: 'shared' }),
  shape,
  loaded,
  losses: (model) => ({
    actionLoss: actionLoss(model, shape),
    similarityLoss: similarityLoss(model, mean),
  }),
  weights,
});
