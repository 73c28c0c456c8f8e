import { Rng } from '@lamo/data';
import type { HostArray, Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { distanceToBest } from '../../test/line-task';
import { FOUR, fourDataset, takeStep } from '../../test/one-step';
import {
  expectDescent,
  expectTargetsFollow,
  forward,
  mean,
  numbersOf,
  type PlainArray,
  type PlainNetwork,
  row,
  sum,
  toPlain,
  valuesOf,
} from '../../test/plain';
import { rebrac } from './rebrac';

/** Draws for a′, some so large that the noise and some so that the action is clipped. */
const draws = [0.3, -1.2, 0.7, 2, -4, 0.1, 1.1, -3];
const config = rebrac.config.parse({
  hiddenSize: 5,
  batchSize: 4,
  actorLearningRate: 0.01,
  criticLearningRate: 0.02,
  discount: 0.9,
  targetRate: 0.1,
  policyNoise: 0.4,
  actorPenalty: 0.7,
  criticPenalty: 0.3,
  normaliseObservations: false,
});

interface Networks {
  readonly actor: PlainNetwork;
  readonly critics: PlainNetwork;
}
interface State extends Networks {
  readonly targets: Networks;
  readonly actorOptimizer: { readonly first: PlainArray };
  readonly criticOptimizer: { readonly first: PlainArray };
}

/** A state whose targets differ from the networks, with outputs and norms that are not what they are at first. */
async function makeState(): Promise<Tree<HostArray>> {
  const init = async (seed: number) => {
    const state = (await rebrac.init(fourDataset, config, Rng.fromSeed(seed), {})) as unknown as State;
    const rng = Rng.fromSeed(seed + 100);
    for (const network of [state.actor, state.critics]) {
      for (const leaf of Object.values(network['3']!)) {
        for (let i = 0; i < leaf.data.length; i++) leaf.data[i] = rng.uniform(-1, 1);
      }
      for (const { scale, shift } of Object.values(network)) {
        for (let i = 0; i < (scale?.data.length ?? 0); i++) {
          scale!.data[i] = rng.uniform(0.5, 1.5);
          shift!.data[i] = rng.uniform(-0.5, 0.5);
        }
      }
    }
    return state;
  };
  const { actor, critics } = await init(3);
  return { ...(await init(2)), targets: { actor, critics } } as unknown as Tree<HostArray>;
}

const clip = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value));
const act = (actor: PlainNetwork, observation: readonly number[]) =>
  forward(actor, observation).map(Math.tanh);
const distance = (x: readonly number[], y: readonly number[]) =>
  sum(x.map((value, i) => (value - y[i]!) ** 2));

function criticLoss(critics: PlainNetwork, targets: Networks) {
  const errors = FOUR.rewards.map((reward, i) => {
    const next = row(FOUR.nextObservations, i);
    const noise = row(draws, i).map((draw) => clip(0.4 * draw, 0.5));
    const action = act(targets.actor, next).map((value, j) => clip(value + noise[j]!, 1));
    const future =
      Math.min(...valuesOf(targets.critics, next, action)) - 0.3 * distance(action, row(FOUR.nextActions, i));
    const target = reward + 0.9 * (1 - FOUR.terminated[i]!) * future;
    const predicted = valuesOf(critics, row(FOUR.observations, i), row(FOUR.actions, i));
    return sum(predicted.map((value) => (value - target) ** 2));
  });
  return mean(errors);
}

/** For each row the distance from the data and the smaller value. */
function judge(actor: PlainNetwork, critics: PlainNetwork) {
  return FOUR.rewards.map((_, i) => {
    const observation = row(FOUR.observations, i);
    const action = act(actor, observation);
    return {
      distance: distance(action, row(FOUR.actions, i)),
      value: Math.min(...valuesOf(critics, observation, action)),
    };
  });
}

/** The actor's loss, λ given. */
function actorLoss(actor: PlainNetwork, critics: PlainNetwork, lambda: number) {
  return mean(judge(actor, critics).map(({ distance, value }) => 0.7 * distance - lambda * value));
}

describe('one step of ReBRAC, against its definition in plain arithmetic', () => {
  let before: State;
  let after: State;
  let metric: (name: string) => number;
  let lambda: number;
  beforeAll(async () => {
    const state = await makeState();
    before = toPlain(state);
    const step = await takeStep(rebrac, config, state, 'criticAndActor', [draws]);
    after = toPlain(step.after);
    metric = step.metric;
    lambda = 1 / mean(judge(before.actor, after.critics).map(({ value }) => Math.abs(value)));
  });

  it('has the loss of the critics, and descends it', () => {
    // Float32 against double precision, here and below.
    expect(metric('criticLoss') / criticLoss(before.critics, before.targets)).toBeCloseTo(1, 5);
    expectDescent(
      { before: before.critics, after: after.critics, optimizer: after.criticOptimizer, learningRate: 0.02 },
      () => criticLoss(before.critics, before.targets),
    );
  });

  it('has the loss of the actor under the critics after their step, and descends it as if λ were constant', () => {
    expect(metric('actorLoss') / actorLoss(before.actor, after.critics, lambda)).toBeCloseTo(1, 5);
    expectDescent(
      { before: before.actor, after: after.actor, optimizer: after.actorOptimizer, learningRate: 0.01 },
      () => actorLoss(before.actor, after.critics, lambda),
    );
  });

  it('moves the targets towards the actor before and the critics after the step', () => {
    const online = { actor: before.actor, critics: after.critics };
    expectTargetsFollow(before.targets, after.targets, online);
  });

  it('leaves actor and targets alone where only the critics step', async () => {
    const { after: critic } = await takeStep(rebrac, config, await makeState(), 'critic', [draws]);
    const { actor, critics, targets } = toPlain<State>(critic);
    expect(numbersOf(critics)).toEqual(numbersOf(after.critics));
    expect(numbersOf({ actor, targets })).toEqual(
      numbersOf({ actor: before.actor, targets: before.targets }),
    );
  });

  it('steps the actor first, and then after every so many steps', () => {
    expect(rebrac.cycle(rebrac.config.parse({ policyDelay: 3 }))).toEqual([
      'criticAndActor',
      'critic',
      'critic',
    ]);
  });
});

it('finds better actions than random data with ReBRAC', async () => {
  // Imitation stays at a distance of 1/12; where values count for nothing, or their sign is wrong, it is more.
  expect(await distanceToBest(rebrac, 600, {})).toBeLessThan(0.01);
});
