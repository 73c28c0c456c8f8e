import { Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { FOUR, fourDataset, takeStep } from '../../test/one-step';
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
} from '../../test/plain';
import { awac } from './awac';

/** Draws for a′, then for ã; some so large that actions are clipped. */
const draws = [
  [0.3, -1.2, 0.7, 2, -0.4, 0.1, 1.1, -0.6],
  [-0.8, 0.2, 1.9, -0.3, 0.5, -1.7, 0.4, 0.9],
] as const;
const config = awac.config.parse({
  hiddenSize: 5,
  batchSize: 4,
  learningRate: 0.01,
  discount: 0.9,
  targetRate: 0.1,
  // Low enough for a weight to reach its limit.
  temperature: 0.005,
});

interface Actor {
  readonly mean: PlainNetwork;
  readonly logStd: PlainArray;
}
interface State {
  readonly actor: Actor;
  readonly critics: PlainNetwork;
  readonly targets: PlainNetwork;
  readonly actorOptimizer: { readonly first: PlainArray };
  readonly criticOptimizer: { readonly first: PlainArray };
}

/** A state whose targets differ from the critics, and whose deviations are not what they are at first. */
async function makeState(): Promise<Tree<HostArray>> {
  const init = async (seed: number) =>
    (await awac.init(fourDataset, config, Rng.fromSeed(seed), {})) as unknown as State;
  const state = { ...(await init(2)), targets: (await init(3)).critics };
  state.actor.logStd.data.set([-0.5, 0.3]);
  return state as unknown as Tree<HostArray>;
}

/** An action of the policy, clipped. */
function sample({ mean, logStd }: Actor, observation: readonly number[], normal: readonly number[]) {
  const drawn = forward(mean, observation).map((mu, j) => mu + Math.exp(logStd.data[j]!) * normal[j]!);
  return drawn.map((value) => Math.min(1, Math.max(-1, value)));
}

function criticLoss(critics: PlainNetwork, { actor, targets }: State) {
  const errors = FOUR.rewards.map((reward, i) => {
    const next = row(FOUR.nextObservations, i);
    const future = Math.min(...valuesOf(targets, next, sample(actor, next, row(draws[0], i))));
    const target = reward + config.discount * (1 - FOUR.terminated[i]!) * future;
    const predicted = valuesOf(critics, row(FOUR.observations, i), row(FOUR.actions, i));
    return sum(predicted.map((value) => (value - target) ** 2));
  });
  return mean(errors);
}

/** How much each action in the data counts. */
function weightsOf(actor: Actor, critics: PlainNetwork) {
  return advantagesOf(actor, critics).map((a) => Math.min(Math.exp(a / config.temperature), 100));
}

/** How much better each action in the data is than one of the policy's own. */
function advantagesOf(actor: Actor, critics: PlainNetwork) {
  return FOUR.rewards.map((_, i) => {
    const observation = row(FOUR.observations, i);
    const own = sample(actor, observation, row(draws[1], i));
    const theirs = Math.min(...valuesOf(critics, observation, row(FOUR.actions, i)));
    return theirs - Math.min(...valuesOf(critics, observation, own));
  });
}

/** The actor's loss, given how much each action counts. */
function actorLoss(actor: Actor, weights: readonly number[]) {
  const losses = weights.map((weight, i) => {
    const means = forward(actor.mean, row(FOUR.observations, i));
    const densities = row(FOUR.actions, i).map((action, j) => {
      const sigma = Math.exp(actor.logStd.data[j]!);
      return Math.exp(-(((action - means[j]!) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    });
    return -weight * Math.log(densities[0]! * densities[1]!);
  });
  return mean(losses);
}

describe('one step of AWAC, against its definition in plain arithmetic', () => {
  const { learningRate } = config;
  let before: State;
  let after: State;
  let metric: (name: string) => number;
  let weights: readonly number[];
  beforeAll(async () => {
    const state = await makeState();
    before = toPlain(state);
    const step = await takeStep(awac, config, state, { normal: draws });
    after = toPlain(step.after);
    metric = step.metric;
    weights = weightsOf(before.actor, after.critics);
  });

  it('has the loss of the critics, and descends it', () => {
    // Float32 against double precision, here and below.
    expect(metric('criticLoss') / criticLoss(before.critics, before)).toBeCloseTo(1, 5);
    expectDescent(
      { before: before.critics, after: after.critics, optimizer: after.criticOptimizer, learningRate },
      () => criticLoss(before.critics, before),
    );
  });

  it('weighs actions by the critics after their step, none more than the limit', () => {
    expect(metric('weight') / mean(weights)).toBeCloseTo(1, 4); // rounding of values, over the temperature
    // The difference of two values of about a tenth, in float32.
    expect(metric('advantage') - mean(advantagesOf(before.actor, after.critics))).toBeCloseTo(0, 6);
    expect(weights.filter((weight) => weight === 100)).not.toHaveLength(0);
    expect(weights.filter((weight) => weight > 0.1 && weight < 100)).not.toHaveLength(0);
  });

  it('has the loss of the actor, and descends it as if the weights were constants', () => {
    expect(metric('actorLoss') / actorLoss(before.actor, weights)).toBeCloseTo(1, 4);
    expectDescent(
      { before: before.actor, after: after.actor, optimizer: after.actorOptimizer, learningRate },
      () => actorLoss(before.actor, weights),
    );
  });

  it('then moves the targets towards the new critics', () => {
    expectTargetsFollow(before.targets, after.targets, after.critics);
  });
});
