import { Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { FOUR, fourDataset, takeStep } from './one-step';
import {
  expectDescent,
  expectTargetsFollow,
  forward,
  mean,
  type PlainArray,
  type PlainNetwork,
  row,
  sum,
  toPlain,
  valuesOf,
} from './plain';

/** The state of SAC-N, and of what comes of it, in double precision. */
export interface State {
  readonly actor: PlainNetwork;
  readonly critics: PlainNetwork;
  readonly targets: PlainNetwork;
  readonly logAlpha: PlainArray;
  readonly actorOptimizer: { readonly first: PlainArray };
  readonly criticOptimizer: { readonly first: PlainArray };
  readonly alphaOptimizer: { readonly first: PlainArray };
}

/** Critics of the tests. */
export const COUNT = 3;
const GIVEN = {
  hiddenSize: 5,
  batchSize: 4,
  criticCount: COUNT,
  actorLearningRate: 0.01,
  criticLearningRate: 0.02,
  alphaLearningRate: 0.3,
  discount: 0.9,
  targetRate: 0.1,
};
/** Draws for ã, then for a′. */
const draws = [
  [0.3, -1.2, 0.7, 1.4, -0.4, 0.1, 1.1, -0.6],
  [-0.8, 0.2, 1.9, -0.3, 0.5, -1.7, 0.4, 0.9],
] as const;

const lastLayer = (network: PlainNetwork) => Object.values(network).at(-1)!;

/** Last layers that say more than those of first networks do, targets unlike the critics, α unlike 1. */
export async function makeState(algorithm: AnyAlgorithm, config: object): Promise<Tree<HostArray>> {
  const init = async (seed: number) => {
    const state = (await algorithm.init(fourDataset, config, Rng.fromSeed(seed), {})) as unknown as State;
    const rng = Rng.fromSeed(seed + 100);
    for (const network of [state.actor, state.critics]) {
      for (const { data } of Object.values(lastLayer(network))) data.set(data.map(() => rng.uniform(-1, 1)));
    }
    lastLayer(state.actor).bias!.data[2] = -9; // for all observations a log σ below its limit
    state.logAlpha.data[0] = -0.7;
    return state;
  };
  return { ...(await init(2)), targets: (await init(3)).critics } as unknown as Tree<HostArray>;
}

/** An action of the policy with log π: two means, then two logarithms of standard deviations. */
export function sample(actor: PlainNetwork, observation: readonly number[], normal: readonly number[]) {
  const outputs = forward(actor, observation);
  const parts = normal.map((xi, j) => {
    const sigma = Math.exp(Math.min(2, Math.max(-5, outputs[2 + j]!)));
    const action = Math.tanh(outputs[j]! + sigma * xi);
    const density = Math.exp(-(xi ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    return { action, logDensity: Math.log(density / (1 - action ** 2)) };
  });
  return { action: parts.map(({ action }) => action), logDensity: sum(parts.map((part) => part.logDensity)) };
}

const deviation = (values: readonly number[]) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

/** For each row, of ã ~ π(s): log π(ã|s), the smallest of its values, and their spread. */
function judge(actor: PlainNetwork, critics: PlainNetwork) {
  return FOUR.rewards.map((_, i) => {
    const observation = row(FOUR.observations, i);
    const { action, logDensity } = sample(actor, observation, row(draws[0], i));
    const values = valuesOf(critics, observation, action);
    return { logDensity, value: Math.min(...values), spread: deviation(values) };
  });
}

function alphaLoss(logAlpha: PlainArray, { actor, critics }: State): number {
  return mean(judge(actor, critics).map(({ logDensity }) => -logAlpha.data[0]! * (logDensity - 2)));
}

function actorLoss(actor: PlainNetwork, critics: PlainNetwork, logAlpha: PlainArray): number {
  const alpha = Math.exp(logAlpha.data[0]!);
  return mean(judge(actor, critics).map(({ logDensity, value }) => alpha * logDensity - value));
}

function criticLoss(critics: PlainNetwork, { actor, logAlpha }: State, targets: PlainNetwork): number {
  const alpha = Math.exp(logAlpha.data[0]!);
  const errors = FOUR.rewards.map((reward, i) => {
    const next = row(FOUR.nextObservations, i);
    const { action, logDensity } = sample(actor, next, row(draws[1], i));
    const future = Math.min(...valuesOf(targets, next, action)) - alpha * logDensity;
    const target = reward + 0.9 * (1 - FOUR.terminated[i]!) * future;
    const predicted = valuesOf(critics, row(FOUR.observations, i), row(FOUR.actions, i));
    return sum(predicted.map((value) => (value - target) ** 2));
  });
  return mean(errors);
}

/** What the critics' loss has besides its Bellman error. */
interface Penalty {
  /** What it is reported as. */
  readonly metric: string;
  readonly weight: number;
  of(critics: PlainNetwork): number;
}

/** What a step changed. */
interface Outcome {
  readonly before: State;
  readonly after: State;
  metric(name: string): number;
}

function checkAlpha({ before, after, metric }: Outcome): void {
  const loss = () => alphaLoss(before.logAlpha, before);
  // Float32 against double precision, here and below.
  expect(metric('alphaLoss') / loss()).toBeCloseTo(1, 5);
  const [own, moved] = [{ logAlpha: before.logAlpha }, { logAlpha: after.logAlpha }];
  expectDescent({ before: own, after: moved, optimizer: after.alphaOptimizer, learningRate: 0.3 }, loss);
}

function checkActor({ before, after, metric }: Outcome): void {
  const loss = () => actorLoss(before.actor, before.critics, after.logAlpha);
  expect(metric('actorLoss') / loss()).toBeCloseTo(1, 5);
  const [own, moved] = [before.actor, after.actor];
  expectDescent({ before: own, after: moved, optimizer: after.actorOptimizer, learningRate: 0.01 }, loss);
}

function checkCritics({ before, after, metric }: Outcome, penalty: Penalty | undefined): void {
  const bellmanError = () => criticLoss(before.critics, after, before.targets);
  const added = () => penalty?.of(before.critics) ?? 0;
  expect(metric('criticLoss') / bellmanError()).toBeCloseTo(1, 5);
  if (penalty) expect(metric(penalty.metric) / added()).toBeCloseTo(1, 5);
  const loss = () => bellmanError() + (penalty?.weight ?? 0) * added();
  const [own, moved] = [before.critics, after.critics];
  expectDescent({ before: own, after: moved, optimizer: after.criticOptimizer, learningRate: 0.02 }, loss);
}

function checkReports({ before, after, metric }: Outcome): void {
  const judged = judge(before.actor, before.critics);
  const expected = {
    alpha: Math.exp(after.logAlpha.data[0]!),
    entropy: -mean(judged.map(({ logDensity }) => logDensity)),
    value: mean(judged.map(({ value }) => value)),
    spread: mean(judged.map(({ spread }) => spread)),
  };
  for (const [name, value] of Object.entries(expected)) {
    expect(metric(name) / value, name).toBeCloseTo(1, 5);
  }
}

/**
 * Tests one step of SAC-N, or of what adds to it, against its definition in plain arithmetic.
 * @param given settings beside those that all have
 */
export function testPessimisticStep(algorithm: AnyAlgorithm, given: object = {}, penalty?: Penalty): void {
  describe(`one step of ${algorithm.title}, against its definition in plain arithmetic`, () => {
    let outcome: Outcome;
    beforeAll(async () => {
      const config = algorithm.config.parse({ ...GIVEN, ...given }) as object;
      const state = await makeState(algorithm, config);
      const { after, metric } = await takeStep(algorithm, config, state, { normal: draws });
      outcome = { before: toPlain(state), after: toPlain(after), metric };
    });

    it('moves α first, so that the entropy of the policy as it was nears minus the size of an action', () =>
      checkAlpha(outcome));

    it('then steps the actor, by the new α and the smallest of the critics as they were', () =>
      checkActor(outcome));

    it('then steps the critics, by the new α and what the new actor does next', () =>
      checkCritics(outcome, penalty));

    it('reports α after its step, and entropy, value and spread as they were for its actions', () =>
      checkReports(outcome));

    it('then moves the targets towards the new critics', () => {
      const { before, after } = outcome;
      expectTargetsFollow(before.targets, after.targets, after.critics);
    });
  });
}
