import { Rng } from '@lamo/core';
import { gpt2Config, initGpt2, initGpt2Body, loadGpt2, nanoModelFolder } from '@lamo/models';
import { type HostArray, hostArray, type Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fourDataset } from '../../test/one-step';
import { mean, row, sum } from '../../test/plain';
import {
  actionLoss,
  inputsOf,
  type Model,
  TRAJECTORY_SETTINGS,
  testTrajectoryStep,
  textLoss,
} from '../../test/trajectory-step';
import type { AnyAlgorithm, Loaded } from '../engine/algorithm';
import { wikiRl } from './wiki-rl';

const sizes = gpt2Config({
  vocabSize: 7,
  nPositions: 5,
  nEmbd: 4,
  nLayer: 1,
  nHead: 2,
  residPdrop: 0,
  embdPdrop: 0,
  attnPdrop: 0,
});
const shape = { order: 'norm-then-time', sizes } as const;

/** Directions of words. */
const CENTRES = [
  [1, 0.5, -0.3, 0.2],
  [-2, 1, 0.4, 0],
  [0.1, -0.3, 0.2, 0.6],
];

/** A backbone of four units a layer, as `load` returns it. */
const backbone = { config: sizes, clusters: async () => hostArray([3, 4], CENTRES.flat()) };

const body = { transformer: initGpt2Body(sizes, Rng.fromSeed(1)) as Tree<HostArray> };
const { wte, wpe, ...rest } = initGpt2(sizes, Rng.fromSeed(1));
const trains = { ...backbone, trainable: body } as Loaded;

const cosine = (x: readonly number[], y: readonly number[]) =>
  sum(x.map((value, i) => value * y[i]!)) / (Math.hypot(...x) * Math.hypot(...y));

/** Minus the mean over all inputs of how they point towards the words. */
const similarityLoss = (model: Model, of: (cosines: number[]) => number) =>
  -mean(inputsOf(model, shape).map((input) => of(CENTRES.map((centre) => cosine(input, centre)))));

const nearest = (model: Model) => ({
  actionLoss: actionLoss(model, shape),
  similarityLoss: similarityLoss(model, (cosines) => Math.max(...cosines)),
});

const given = { ...TRAJECTORY_SETTINGS, similarityWeight: 0.5, similaritySteps: 10 };

// The weight fades as 1 / (1 + e⁻ˣ), where x falls from 5 to −5 over 10 steps.
const weightsAt = (x: number) => ({ actionLoss: 1, similarityLoss: 0.5 / (1 + Math.exp(-x)) });

const testStep = (
  name: string,
  config: object,
  definition: Partial<Parameters<typeof testTrajectoryStep>[2]>,
) =>
  testTrajectoryStep(wikiRl as AnyAlgorithm, name, {
    config: wikiRl.config.parse({ ...given, ...config }),
    shape,
    loaded: trains,
    losses: nearest,
    weights: weightsAt(4),
    ...definition,
  });

testStep('towards the nearest words', {}, {});
testStep('halfway, where half of the weight is left', {}, { stepsBefore: 4, weights: weightsAt(0) });
testStep('at the end, where hardly any weight is left', {}, { stepsBefore: 9, weights: weightsAt(-5) });

testStep(
  'towards all words, with a shared head',
  { similarityTo: 'all', head: 'shared' },
  {
    losses: (model) => ({
      actionLoss: actionLoss(model, shape),
      similarityLoss: similarityLoss(model, mean),
    }),
  },
);

testStep(
  'with a frozen body',
  { adaptation: 'frozen' },
  { loaded: { ...backbone, frozen: body, trainable: {} } as Loaded },
);

testStep(
  'with text, whose words have GPT-2’s positions',
  { similarityWeight: 0, textWeight: 0.3 },
  {
    text: true,
    loaded: { ...backbone, trainable: { transformer: { wte, wpe, ...rest } } } as unknown as Loaded,
    losses: (model) => ({
      actionLoss: actionLoss(model, shape),
      textLoss: textLoss(model, shape, model.transformer.wpe),
    }),
    weights: { actionLoss: 1, textLoss: 0.3 },
  },
);

testStep(
  'with text, whose words have no positions',
  { textWeight: 0.3, textPositions: false },
  {
    text: true,
    loaded: { ...backbone, trainable: { transformer: { wte, ...rest } } } as unknown as Loaded,
    losses: (model) => ({ ...nearest(model), textLoss: textLoss(model, shape) }),
    weights: { ...weightsAt(4), textLoss: 0.3 },
  },
);

testStep(
  'with text, whose words are placed by the time table',
  { textWeight: 0.3, extendPositions: true },
  {
    text: true,
    loaded: { ...backbone, trainable: { transformer: { wte, ...rest } } } as unknown as Loaded,
    losses: (model) => ({ ...nearest(model), textLoss: textLoss(model, shape, model.embed_timestep) }),
    weights: { ...weightsAt(4), textLoss: 0.3 },
  },
);

describe('the time table of Wiki-RL', () => {
  /** The state that a training on the nano GPT-2 starts from. */
  async function begin(settings: object) {
    const config = wikiRl.config.parse({ similarityWeight: 0, maxTimesteps: 600, ...settings });
    const loaded = await wikiRl.load(fourDataset, config, Rng.fromSeed(1));
    const state = await wikiRl.init(fourDataset, config, Rng.fromSeed(2), loaded);
    const { parameters } = state as unknown as { parameters: { embed_timestep: { weight: HostArray } } };
    return parameters.embed_timestep.weight;
  }

  it('repeats GPT-2’s positions from the third on where it extends them', async () => {
    const table = await begin({ extendPositions: true });
    const { parameters } = await loadGpt2(nanoModelFolder());
    const positions = [...parameters.wpe.weight.data]; // 256 rows
    const rowsOf = (rows: readonly number[]) => rows.map((i) => row(positions, i, table.shape[1]));
    const received = [0, 1, 2, 255, 256, 257, 509, 510, 599].map((i) =>
      row([...table.data], i, table.shape[1]),
    );
    expect(table.shape[0]).toBe(600);
    expect(received).toEqual(rowsOf([0, 1, 2, 255, 2, 3, 255, 2, 91]));
  });

  it('starts anew where it does not', async () => {
    const [extended, anew] = [await begin({ extendPositions: true }), await begin({})];
    expect(anew.shape).toEqual(extended.shape);
    expect(anew.data).not.toEqual(extended.data);
  });
});
