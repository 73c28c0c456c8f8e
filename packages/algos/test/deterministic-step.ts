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
  numbersOf,
  type PlainArray,
  type PlainNetwork,
  row,
  squaredDistance,
  sum,
  toPlain,
  valuesOf,
} from './plain';

interface Networks {
  readonly actor: PlainNetwork;
  readonly critics: PlainNetwork;
}

interface State extends Networks {
  readonly targets: Networks;
  readonly actorOptimizer: { readonly first: PlainArray };
  readonly criticOptimizer: { readonly first: PlainArray };
}

/** What tells those apart that come of TD3: all have a deterministic actor with noise on its target actions. */
export interface Definition {
  /** Settings beside those that all have. */
  readonly settings: object;
  readonly learningRates: { readonly actor: number; readonly critic: number };
  /** What a squared distance of the next action from the data's takes off its value. */
  readonly nextPenalty: number;
  /** What a squared distance from the data's action adds to the actor's loss. */
  readonly penalty: number;
  /** λ times the mean absolute value of the actor's actions. */
  readonly valueWeight: number;
  /** Which of the critics' values the actor goes by. */
  readonly pick: (values: readonly number[]) => number;
  /** Whether targets follow the actor from before its step or after it. */
  readonly follow: 'before' | 'after';
  /** Which of the two steps of a cycle has the actor in it, counted from 0. */
  readonly actorTurn: 0 | 1;
  /** Metrics of the actor's step, from the means of squared distances and of values. */
  readonly metrics: (distance: number, value: number) => Readonly<Record<string, number>>;
}

/** Draws for a′, some so large that the noise and some so that the action is clipped. */
const draws = [0.3, -1.2, 0.7, 2, -4, 0.1, 1.1, -3];

const GIVEN = {
  hiddenSize: 5,
  batchSize: 4,
  discount: 0.9,
  targetRate: 0.1,
  policyNoise: 0.4,
  noiseClip: 0.5,
};

/** A state whose targets differ from the networks, with outputs and norms that are not what they are at first. */
async function makeState(algorithm: AnyAlgorithm, config: object): Promise<Tree<HostArray>> {
  const init = async (seed: number) => {
    const state = (await algorithm.init(fourDataset, config, Rng.fromSeed(seed), {})) as unknown as State;
    const rng = Rng.fromSeed(seed + 100);
    for (const network of [state.actor, state.critics]) {
      for (const { data } of Object.values(Object.values(network).at(-1)!)) {
        data.set(data.map(() => rng.uniform(-1, 1)));
      }
      for (const { scale, shift } of Object.values(network)) {
        scale?.data.set(scale.data.map(() => rng.uniform(0.5, 1.5)));
        shift?.data.set(shift.data.map(() => rng.uniform(-0.5, 0.5)));
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

function criticLoss(critics: PlainNetwork, targets: Networks, { nextPenalty }: Definition) {
  const errors = FOUR.rewards.map((reward, i) => {
    const next = row(FOUR.nextObservations, i);
    const noise = row(draws, i).map((draw) => clip(0.4 * draw, 0.5));
    const action = act(targets.actor, next).map((value, j) => clip(value + noise[j]!, 1));
    const future =
      Math.min(...valuesOf(targets.critics, next, action)) -
      nextPenalty * squaredDistance(action, row(FOUR.nextActions, i));
    const target = reward + 0.9 * (1 - FOUR.terminated[i]!) * future;
    const predicted = valuesOf(critics, row(FOUR.observations, i), row(FOUR.actions, i));
    return sum(predicted.map((value) => (value - target) ** 2));
  });
  return mean(errors);
}

/** For each row the distance from the data, and the value. */
function judge(actor: PlainNetwork, critics: PlainNetwork, { pick }: Definition) {
  return FOUR.rewards.map((_, i) => {
    const observation = row(FOUR.observations, i);
    const action = act(actor, observation);
    return {
      distance: squaredDistance(action, row(FOUR.actions, i)),
      value: pick(valuesOf(critics, observation, action)),
    };
  });
}

/** What a step changed. */
interface Outcome {
  readonly before: State;
  readonly after: State;
  metric(name: string): number;
}

function checkCritics({ before, after, metric }: Outcome, definition: Definition): void {
  const loss = () => criticLoss(before.critics, before.targets, definition);
  // Float32 against double precision, here and below.
  expect(metric('criticLoss') / loss()).toBeCloseTo(1, 5);
  const { critic: learningRate } = definition.learningRates;
  const [own, moved] = [before.critics, after.critics];
  expectDescent({ before: own, after: moved, optimizer: after.criticOptimizer, learningRate }, loss);
}

function checkActor({ before, after, metric }: Outcome, definition: Definition): void {
  const judged = () => judge(before.actor, after.critics, definition);
  const lambda = definition.valueWeight / mean(judged().map(({ value }) => Math.abs(value)));
  const loss = () =>
    mean(judged().map(({ distance, value }) => definition.penalty * distance - lambda * value));
  expect(metric('actorLoss') / loss()).toBeCloseTo(1, 5);
  const { actor: learningRate } = definition.learningRates;
  const [own, moved] = [before.actor, after.actor];
  expectDescent({ before: own, after: moved, optimizer: after.actorOptimizer, learningRate }, loss);
  const meanOf = (name: 'distance' | 'value') => mean(judged().map((each) => each[name]));
  const reported = definition.metrics(meanOf('distance'), meanOf('value'));
  for (const [name, expected] of Object.entries(reported)) {
    expect(metric(name) / expected, name).toBeCloseTo(1, 5);
  }
}

/** Tests one step of TD3+BC, or of what comes of it, against its definition in plain arithmetic. */
export function testDeterministicStep(algorithm: AnyAlgorithm, definition: Definition): void {
  describe(`one step of ${algorithm.title}, against its definition in plain arithmetic`, () => {
    const config = algorithm.config.parse({ ...GIVEN, ...definition.settings }) as object;
    let outcome: Outcome;
    beforeAll(async () => {
      const state = await makeState(algorithm, config);
      const { after, metric } = await takeStep(
        algorithm,
        config,
        state,
        { normal: [draws] },
        definition.actorTurn,
      );
      outcome = { before: toPlain(state), after: toPlain(after), metric };
    });

    it('has the loss of the critics, and descends it', () => checkCritics(outcome, definition));

    it('has the loss of the actor under the new critics, and descends it as if λ were constant', () =>
      checkActor(outcome, definition));

    it(`moves the targets towards the actor ${definition.follow} its step and the critics after theirs`, () => {
      const { before, after } = outcome;
      const { actor } = definition.follow === 'before' ? before : after;
      expectTargetsFollow(before.targets, after.targets, { actor, critics: after.critics });
    });

    it('leaves actor and targets alone where only the critics step', async () => {
      const state = await makeState(algorithm, config);
      const { after: critic } = await takeStep(
        algorithm,
        config,
        state,
        { normal: [draws] },
        1 - definition.actorTurn,
      );
      const { actor, critics, targets } = toPlain<State>(critic);
      const { before, after } = outcome;
      expect(numbersOf(critics)).toEqual(numbersOf(after.critics));
      expect(numbersOf({ actor, targets })).toEqual(
        numbersOf({ actor: before.actor, targets: before.targets }),
      );
    });
  });
}
