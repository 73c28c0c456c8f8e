import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { type HostArray, mapTree, openDevice, type Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { choicesOf } from '../../test/choice-task';
import { FOUR_CHOICES, fourChoices, takeChoice } from '../../test/one-step';
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
} from '../../test/plain';
import { train } from '../engine/train';
import { datasetSpec } from '../kinds/dataset';
import type { TrainedPolicy } from '../kinds/policy';
import { cql } from './cql';

interface State {
  readonly critic: PlainNetwork;
  readonly logAlphaPrime: PlainArray;
  readonly targets: PlainNetwork;
  readonly criticOptimizer: { readonly first: PlainArray };
}

type Config = ReturnType<typeof cql.config.parse>;

const GIVEN = {
  hiddenSize: 5,
  batchSize: 4,
  criticLayers: 2,
  criticLearningRate: 0.02,
  discount: 0.9,
  targetRate: 0.1,
  conservativeWeight: 3,
  temperature: 0.7,
};

/** A state of random numbers, whose targets are not its critic. */
async function makeState(config: Config): Promise<Tree<HostArray>> {
  const state = (await cql.init(datasetSpec(fourChoices), config, Rng.fromSeed(2), {})) as Record<
    string,
    Tree<HostArray>
  >;
  const rng = Rng.fromSeed(3);
  const redraw = (tree: Tree<HostArray>) =>
    mapTree(tree, ({ shape, data }) => ({ shape, data: data.map(() => rng.uniform(-1, 1)) }));
  const drawn = ['critic', 'targets', 'logAlphaPrime'].map((name) => [name, redraw(state[name]!)] as const);
  return { ...state, ...Object.fromEntries(drawn) };
}

const { rewards, terminated, chosen } = FOUR_CHOICES;
const valuesOf = (network: PlainNetwork, i: number) => forward(network, row(FOUR_CHOICES.observations, i));
const indexOfLargest = (values: readonly number[]) => values.indexOf(Math.max(...values));

/** Q′(s′, argmax Q(s′, ·)): the online network chooses, the target judges. */
const following = ({ critic, targets }: State) =>
  rewards.map((_, i) => {
    const next = row(FOUR_CHOICES.nextObservations, i);
    return forward(targets, next)[indexOfLargest(forward(critic, next))]!;
  });

/** What is descended, in plain arithmetic; targets and α′ where they are held are those from before the step. */
function lossesOf(state: State, { temperature, conservativeWeight, targetGap }: Config) {
  const { critic, logAlphaPrime } = state;
  const targets = following(state).map((next, i) => rewards[i]! + 0.9 * (1 - terminated[i]!) * next);
  const all = () => rewards.map((_, i) => valuesOf(critic, i));
  const values = () => all().map((own, i) => own[chosen[i]!]!);
  const softMaximum = (own: readonly number[]) =>
    temperature * Math.log(sum(own.map((q) => Math.exp(q / temperature))));
  const gap = () => mean(all().map((own, i) => softMaximum(own) - own[chosen[i]!]!));
  const excess = () => conservativeWeight * (gap() - (targetGap ?? 0));
  const [alphaPrime, held] = [Math.exp(logAlphaPrime.data[0]!), excess()];
  const criticLoss = () => mean(values().map((q, i) => (q - targets[i]!) ** 2));
  const conservativeLoss = () => (targetGap === null ? 1 : alphaPrime) * excess();
  const alphaPrimeLoss = () => (targetGap === null ? 0 : -0.5 * Math.exp(logAlphaPrime.data[0]!) * held);
  return {
    metrics: {
      criticLoss: criticLoss(),
      conservativeLoss: conservativeLoss(),
      gap: gap(),
      value: mean(values()),
      sampledValue: mean(all().flat()),
      nextValue: mean(following(state)),
      ...(targetGap === null ? {} : { alphaPrime }),
    },
    loss: () => sum([criticLoss(), conservativeLoss(), alphaPrimeLoss()]),
  };
}

describe.each([
  ['with its defaults', {}],
  ['with a target gap', { targetGap: 0.2 }],
])('one step of CQL on classes %s, against its definition in plain arithmetic', (_, settings) => {
  const config = cql.config.parse({ ...GIVEN, ...settings });
  let before: State;
  let after: State;
  let metric: (name: string) => number;
  beforeAll(async () => {
    const state = await makeState(config);
    const step = await takeChoice(cql, config, state);
    [before, after, metric] = [toPlain(state), toPlain(step.after), step.metric];
  });

  it('judges the next class that it thinks best by its target, which thinks otherwise', () => {
    const nextOf = (i: number) => row(FOUR_CHOICES.nextObservations, i);
    const isOtherwise = rewards.some(
      (_, i) =>
        indexOfLargest(forward(before.critic, nextOf(i))) !==
        indexOfLargest(forward(before.targets, nextOf(i))),
    );
    expect(isOtherwise).toBe(true);
    expect(metric('nextValue') / mean(following(before))).toBeCloseTo(1, 5);
  });

  it('has the losses of the definition, and descends them', () => {
    const { metrics, loss } = lossesOf(before, config);
    // Float32 against double precision.
    for (const [name, value] of Object.entries(metrics)) expect(metric(name) / value, name).toBeCloseTo(1, 5);
    const parts = ({ critic, logAlphaPrime }: State) => ({ critic, logAlphaPrime });
    const optimizer = after.criticOptimizer;
    expectDescent({ before: parts(before), after: parts(after), optimizer, learningRate: 0.02 }, loss);
  });

  it('moves its targets towards the new critic', () => {
    expectTargetsFollow(before.targets, after.targets, after.critic);
  });
});

const [LEFT, RIGHT] = [0, 1];
const everywhere = (action: number) => Array<number>(5).fill(action);
const QUICK = { criticLayers: 2, criticLearningRate: 3e-3, targetRate: 0.02, discount: 0.95 };

describe('a corridor that pays at its right end, of which most who were logged went left', () => {
  it('is solved by CQL', async () => {
    expect(await choicesOf(cql, 1000, { ...QUICK, conservativeWeight: 0.1 })).toEqual(everywhere(RIGHT));
  });

  it('is not solved where the gap is all that counts: it imitates', async () => {
    expect(await choicesOf(cql, 400, { ...QUICK, conservativeWeight: 1000 })).toEqual(everywhere(LEFT));
  });
});

describe('three classes of which the third was never tried, and the others cost 1 and 0.5', () => {
  const rng = Rng.fromSeed(6);
  const rows = Array.from({ length: 400 }, (_, row) => ({ x: rng.uniform(-1, 1), action: row % 2 }));
  const dataset = createDataset({
    observations: rows.map(({ x }) => [x]),
    actions: rows.map(({ action }) => action),
    rewards: rows.map(({ action }) => (action === 0 ? -1 : -0.5)),
    terminated: rows.map(() => true),
    actionSpace: { kind: 'discrete', count: 3 },
  });

  async function choose(conservativeWeight: number): Promise<Set<number>> {
    const run = await train(cql, dataset, {
      steps: 300,
      every: 100,
      seed: 1,
      config: { ...QUICK, hiddenSize: 32, batchSize: 64, conservativeWeight },
      device: await openDevice('cpu', { threads: 1 }),
    });
    for await (const _ of run);
    const policy: TrainedPolicy = await run.result();
    policy.reset(5);
    const chosen = new Set(await policy.act(Float32Array.of(-0.8, -0.4, 0, 0.4, 0.8), new Float32Array(5)));
    await policy.dispose();
    await run.dispose();
    return chosen;
  }

  it('are told apart: the better one of those that were tried is chosen', async () => {
    expect(await choose(1)).toEqual(new Set([1]));
  });

  it('are not without the gap: what was never tried looks best', async () => {
    expect(await choose(0)).toEqual(new Set([2]));
  });
});
