import { Rng } from '@lamo/core';
import { type HostArray, hostArray, mapTree, type Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type PlainGpt2,
  type PlainLayer,
  type PlainSizes,
  plainGpt2,
  plainLayerNorm,
  plainLinear,
} from '../../../test/plain-gpt2';
import type { AnyAlgorithm, Loaded } from '../src/engine/algorithm';
import { fourDataset, type OneStep, runStep, standardised } from './one-step';
import { expectDescent, mean, type PlainArray, row, squaredDistance, sum, toPlain } from './plain';

/** Windows of two episodes, three steps each, as they were logged; the first has one step of padding. */
const WINDOWS = {
  observations: [0, 0, 3.25, -17.6, 2.825, -19.2, 3.1, -12.8, 3.15, -20.8, 2.875, -17.6],
  actions: [-10, -10, 0.8, 0.1, -0.4, 0.6, 0.2, -0.1, 0.3, -0.9, 0.5, 0.7],
  returnsToGo: [0, 1.5, 0.9, 1.2, -0.3, -0.8],
  timesteps: [0, 0, 1, 2, 3, 4],
  mask: [0, 1, 1, 1, 1, 1],
};
const SHAPES = {
  observations: [2, 3, 2],
  actions: [2, 3, 2],
  returnsToGo: [2, 3],
  timesteps: [2, 3],
  mask: [2, 3],
};

/** Two blocks of a text of four tokens each. */
const TOKENS = [3, 0, 6, 2, 5, 5, 1, 4];
const BLOCKS = [TOKENS.slice(0, 4), TOKENS.slice(4)];

const sourceOf = (shapes: Readonly<Record<string, readonly number[]>>) => ({
  shapes,
  next() {},
  state: () => null,
  restore() {},
});

/** What networks see. */
const SEEN = { ...WINDOWS, observations: standardised(WINDOWS.observations) };

/** A transformer that reads text too has its tables of words and positions. */
type Transformer = PlainGpt2 & Partial<Readonly<Record<'wte' | 'wpe', PlainLayer>>>;

/** The model around the transformer, with linear embeddings. */
export type Model = Readonly<Record<string, PlainLayer>> & { readonly transformer: Transformer };

/** How a model of trajectories is put together, where its kinds differ. */
export interface Shape {
  readonly order: 'time-then-norm' | 'norm-then-time';
  readonly sizes: PlainSizes;
}

const add = (x: readonly number[], y: readonly number[]) => x.map((value, i) => value + y[i]!);

const rowOf = (layer: PlainLayer | undefined, at: number): number[] =>
  row(Array.from(layer!.weight!.data), at, layer!.weight!.shape[1]!);

/** Embeds one window: its tokens [3 K][D] right after the layer norm, and as the transformer reads them. */
function tokensOf(model: Model, window: number, { order }: Shape) {
  const steps = [0, 1, 2].map((k) => 3 * window + k);
  const embedded = steps.flatMap((at) => {
    const time = rowOf(model.embed_timestep, SEEN.timesteps[at]!);
    return [
      plainLinear(model.embed_return!, [SEEN.returnsToGo[at]!]),
      plainLinear(model.embed_state!, row(SEEN.observations, at)),
      plainLinear(model.embed_action!, row(SEEN.actions, at)),
    ].map((token) => ({ token, time }));
  });
  const norm = (x: readonly number[]) => plainLayerNorm(model.embed_ln!, x, 1e-5);
  const isTimeFirst = order === 'time-then-norm';
  const normalised = embedded.map(({ token, time }) => norm(isTimeFirst ? add(token, time) : token));
  const placed = normalised.map((token, i) => (isTimeFirst ? token : add(token, embedded[i]!.time)));
  const mask = steps.flatMap((at) => Array<number>(3).fill(SEEN.mask[at]!));
  return { normalised, placed, mask };
}

/** The head, or the action embedding turned round. */
function actionOf(model: Model, hidden: readonly number[]): number[] {
  if (model.predict_action !== undefined) return plainLinear(model.predict_action, hidden).map(Math.tanh);
  const { weight } = model.embed_action!;
  const of = (action: number) => sum(hidden.map((h, i) => h * weight!.data[action * hidden.length + i]!));
  return [0, 1].map((action) => Math.tanh(of(action)));
}

/** Mean squared distance of predicted actions of real steps, from the hidden state at each step's observation. */
export function actionLoss(model: Model, shape: Shape): number {
  const errors = [0, 1].flatMap((window) => {
    const { placed, mask } = tokensOf(model, window, shape);
    const hidden = plainGpt2(model.transformer, placed, shape.sizes, mask);
    return [0, 1, 2].flatMap((k) => {
      const at = 3 * window + k;
      if (SEEN.mask[at] === 0) return [];
      return squaredDistance(actionOf(model, hidden[3 * k + 1]!), row(SEEN.actions, at)) / 2;
    });
  });
  return mean(errors);
}

/** All tokens of both windows, padding too, right after the layer norm: [2 · 3 K][D]. */
export const inputsOf = (model: Model, shape: Shape) =>
  [0, 1].flatMap((window) => tokensOf(model, window, shape).normalised);

/**
 * Mean over both blocks of −log p(next token), where the table of words also scores the next one.
 *
 * @param positions table whose rows are added to the words; undefined: they have no positions
 */
export function textLoss({ transformer }: Model, { sizes }: Shape, positions?: PlainLayer): number {
  const { wte } = transformer;
  const words = Array.from({ length: wte!.weight!.shape[0]! }, (_, word) => rowOf(wte, word));
  const losses = BLOCKS.flatMap((block) => {
    const context = block.slice(0, -1).map((word, at) => {
      return positions === undefined ? words[word]! : add(words[word]!, rowOf(positions, at));
    });
    return plainGpt2(transformer, context, sizes).map((hidden, at) => {
      const scores = words.map((word) => sum(word.map((value, i) => value * hidden[i]!)));
      return Math.log(sum(scores.map(Math.exp))) - scores[block[at + 1]!]!;
    });
  });
  return mean(losses);
}

interface State {
  readonly parameters: Model;
  readonly optimizer: { readonly all: { readonly first: PlainArray } };
}

/** What a step is to be. */
export interface Definition {
  readonly config: object;
  readonly shape: Shape;
  readonly loaded?: Loaded;
  /** Whether the batch has text beside the windows. @default false */
  readonly text?: boolean;
  /** Steps taken before this one: schedules go by them. @default 0 */
  readonly stepsBefore?: number;
  /** Each metric of the step, whose sum by `weights` it descends. */
  losses(model: Model): Readonly<Record<string, number>>;
  readonly weights: Readonly<Record<string, number>>;
}

/** Settings under which a step descends the plain gradient; the rate warms up over four steps. */
export const TRAJECTORY_SETTINGS = {
  contextLength: 3,
  batchSize: 2,
  maxTimesteps: 5,
  learningRate: 0.04,
  warmupSteps: 4,
  weightDecay: 0,
  maxGradientNorm: 1e6,
  epsilon: 1e-8,
  dropout: 0,
};

/** Tests one step of an algorithm on windows against its definition in plain arithmetic. */
export function testTrajectoryStep(algorithm: AnyAlgorithm, name: string, definition: Definition): void {
  describe(`one step of ${algorithm.title} ${name}, against its definition in plain arithmetic`, () => {
    const { config, loaded = {}, weights, text = false, stepsBefore = 0 } = definition;
    let before: State;
    let after: State;
    let whole: Model;
    let metric: OneStep['metric'];
    beforeAll(async () => {
      const state = await beginning(algorithm, definition);
      const source = sourceOf(text ? { ...SHAPES, tokens: [2, 4] } : SHAPES);
      const logged = text ? { ...WINDOWS, tokens: TOKENS } : WINDOWS;
      const step = await runStep(algorithm, { config, state, source, logged, loaded });
      before = toPlain(state);
      after = toPlain(step.after);
      whole = { ...toPlain<Model>(loaded.frozen ?? {}), ...before.parameters };
      metric = step.metric;
    });

    it('has its losses', () => {
      for (const [loss, value] of Object.entries(definition.losses(whole))) {
        expect(metric(loss) / value, loss).toBeCloseTo(1, 5); // float32 against double precision
      }
    });

    it('descends their weighted sum, and reports the norm of its slope', () => {
      const { first } = after.optimizer.all;
      const loss = () => {
        const losses = Object.entries(definition.losses(whole));
        return sum(losses.map(([name, value]) => weights[name]! * value));
      };
      const [own, moved] = [before.parameters, after.parameters];
      const learningRate = 0.04 * Math.min((stepsBefore + 1) / 4, 1);
      expectDescent({ before: own, after: moved, optimizer: { first }, learningRate }, loss);
      expect(metric('gradientNorm') / Math.hypot(...first.data)).toBeCloseTo(1, 5);
    });
  });
}

/** The state before the step: parameters of about 1, and a count of steps. */
async function beginning(algorithm: AnyAlgorithm, definition: Definition): Promise<Tree<HostArray>> {
  const { config, loaded = {}, stepsBefore = 0 } = definition;
  const made = (await algorithm.init(fourDataset, config, Rng.fromSeed(2), loaded)) as Record<
    string,
    Tree<HostArray>
  >;
  const rng = Rng.fromSeed(3);
  const parameters = mapTree(made.parameters!, ({ shape, data }) => ({
    shape,
    data: data.map(() => rng.uniform(-1, 1)),
  }));
  const { all } = made.optimizer as { readonly all: Readonly<Record<string, HostArray>> };
  const count = hostArray([], [stepsBefore]);
  return { ...made, parameters, optimizer: { all: { ...all, count } } };
}
