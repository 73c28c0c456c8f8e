import { createDataset, Rng } from '@lamo/data';
import type { GaussianPolicy, Mlp } from '@lamo/models';
import { type HostArray, openDevice, type Tree, treeEntries } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { trainingProgram } from '../program';
import { awac } from './awac';

/** Four transitions with two observations and two actions each; the second one terminated. */
const batch = {
  observations: [0.5, -0.2, 1, 0.3, -0.7, 0.1, 0.4, 0.9],
  actions: [0.3, -0.9, 0.8, 0.1, -0.4, 0.6, 0.2, -0.1],
  rewards: [1, -0.5, 2, 0.25],
  nextObservations: [0.6, -0.1, 0, 0, -0.5, 0.3, 0.2, 0.8],
  terminated: [0, 1, 0, 0],
};
/** Draws for a′, then for ã; some so large that actions are clipped. */
const draws = [
  [0.3, -1.2, 0.7, 2, -0.4, 0.1, 1.1, -0.6],
  [-0.8, 0.2, 1.9, -0.3, 0.5, -1.7, 0.4, 0.9],
];
const config = awac.config.parse({
  hiddenSize: 5,
  batchSize: 4,
  normaliseObservations: false,
  learningRate: 0.01,
  discount: 0.9,
  targetRate: 0.1,
  temperature: 0.1,
  maxWeight: 1.25,
});

interface Networks {
  readonly actor: GaussianPolicy<HostArray>;
  readonly critics: Mlp<HostArray>;
  readonly targets: Mlp<HostArray>;
}

/** Takes one step on our device, from targets of their own: a step that took the critics for them would go unnoticed. */
async function takeStep() {
  const dataset = createDataset({ ...batch, observationSize: 2, actionSize: 2 });
  const init = async (seed: number) => awac.init(dataset, config, Rng.fromSeed(seed), {});
  const before = {
    ...((await init(2)) as object),
    targets: ((await init(3)) as unknown as Networks).critics,
  } as Networks;
  before.actor.logStd.data.set([-0.5, 0.3]);

  const source = await awac.batches(dataset, config, Rng.fromSeed(1), {});
  const { program } = trainingProgram(awac, config, before as unknown as Tree<HostArray>, source);
  const executable = await (await openDevice('cpu', { threads: 1 })).compile(program);
  for (const [name, values] of Object.entries(batch)) executable.inputs[`0/${name}`]!.set(values);
  const remaining = [...draws];
  const refuse = () => expect.unreachable();
  const fillNormal = (target: Float32Array) => target.set(remaining.shift()!);
  await executable.run('all', { fillNormal, fillUniform: refuse, fillDropout: refuse });
  const after = (await executable.readState()) as unknown as Networks;
  const metric = (name: string) => executable.outputs.all![`0/${name}`]![0]!;
  return { before, after, metric };
}

const rows = [0, 1, 2, 3];
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** Row i of two columns. */
const pair = (values: readonly number[], i: number) => [values[2 * i]!, values[2 * i + 1]!];

/** A perceptron on one input, the n-th of those whose weights lie side by side; in double precision, as all that follows. */
function forward(network: Mlp<HostArray>, input: readonly number[], n = 0): readonly number[] {
  const layers = Object.values(network);
  return layers.reduce((x, { weight, bias }, depth) => {
    const [inputs, outputs] = weight.shape.slice(-2) as [number, number];
    const y = Array.from(
      { length: outputs },
      (_, o) =>
        bias.data[n * outputs + o]! +
        sum(x.map((value, i) => value * weight.data[(n * inputs + i) * outputs + o]!)),
    );
    return depth < layers.length - 1 ? y.map((value) => Math.max(0, value)) : y;
  }, input);
}

/** Q₁ and Q₂ of one choice. */
function values(critics: Mlp<HostArray>, observation: readonly number[], action: readonly number[]) {
  return [0, 1].map((n) => forward(critics, [...observation, ...action], n)[0]!);
}

/** An action of the policy, clipped. */
function sample({ mean, logStd }: Networks['actor'], observation: number[], normal: number[]) {
  const drawn = forward(mean, observation).map((mu, j) => mu + Math.exp(logStd.data[j]!) * normal[j]!);
  return drawn.map((value) => Math.min(1, Math.max(-1, value)));
}

/** The critics' loss. */
function criticLoss(critics: Mlp<HostArray>, { actor, targets }: Networks) {
  const errors = rows.map((i) => {
    const next = pair(batch.nextObservations, i);
    const future = Math.min(...values(targets, next, sample(actor, next, pair(draws[0]!, i))));
    const target = batch.rewards[i]! + config.discount * (1 - batch.terminated[i]!) * future;
    const predicted = values(critics, pair(batch.observations, i), pair(batch.actions, i));
    return sum(predicted.map((value) => (value - target) ** 2));
  });
  return mean(errors);
}

/** How much each action in the data counts. */
function weights(actor: Networks['actor'], critics: Mlp<HostArray>) {
  return rows.map((i) => {
    const observation = pair(batch.observations, i);
    const own = Math.min(...values(critics, observation, sample(actor, observation, pair(draws[1]!, i))));
    const advantage = Math.min(...values(critics, observation, pair(batch.actions, i))) - own;
    return Math.min(Math.exp(advantage / config.temperature), config.maxWeight);
  });
}

/** The actor's loss, given how much each action counts. */
function actorLoss({ mean: network, logStd }: Networks['actor'], counts: readonly number[]) {
  const losses = rows.map((i) => {
    const means = forward(network, pair(batch.observations, i));
    const densities = pair(batch.actions, i).map((action, j) => {
      const sigma = Math.exp(logStd.data[j]!);
      return Math.exp(-(((action - means[j]!) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    });
    return -counts[i]! * Math.log(densities[0]! * densities[1]!);
  });
  return mean(losses);
}

/** Numbers of all leaves, in order. */
const numbers = (tree: object) =>
  treeEntries<HostArray>(tree as Tree<HostArray>).flatMap(([, { data }]) => [...data]);

/**
 * Expects that parameters moved by −learningRate · sign(slope), as Adam's first step moves them, slopes being central
 * differences of a loss; where nothing depends on a parameter it must not move.
 */
function expectDescent(before: object, after: object, loss: () => number): void {
  const moved = numbers(after);
  let place = 0;
  let checked = 0;
  for (const [path, { data }] of treeEntries<HostArray>(before as Tree<HostArray>)) {
    for (const [i, value] of data.entries()) {
      const [above, below] = [1e-3, -1e-3].map((step) => {
        data[i] = value + step;
        return loss();
      });
      data[i] = value;
      const slope = (above! - below!) / 2e-3;
      const change = moved[place++]! - value;
      // Between the two, rounding and the kinks of ReLU decide.
      if (Math.abs(slope) > 1e-12 && Math.abs(slope) < 1e-3) continue;
      checked++;
      // A change of 0.01 to a float32 of about 1.
      expect(change, `${path} ${i}`).toBeCloseTo(
        slope === 0 ? 0 : -config.learningRate * Math.sign(slope),
        5,
      );
    }
  }
  expect(checked).toBeGreaterThan(0.8 * moved.length);
}

describe('one step of AWAC, against its definition in plain arithmetic', () => {
  let step: Awaited<ReturnType<typeof takeStep>>;
  beforeAll(async () => {
    step = await takeStep();
  });

  it('has the loss of the critics, and descends it', () => {
    const { before, after, metric } = step;
    // Float32 against double precision.
    expect(metric('criticLoss') / criticLoss(before.critics, before)).toBeCloseTo(1, 5);
    expectDescent(before.critics, after.critics, () => criticLoss(before.critics, before));
  });

  it('weighs actions by the critics after their step, none more than the largest weight', () => {
    const { before, after, metric } = step;
    const expected = weights(before.actor, after.critics);
    expect(metric('weight') / mean(expected)).toBeCloseTo(1, 5);
    // Some are at the limit, some are not.
    expect(Math.max(...expected)).toBe(config.maxWeight);
    expect(Math.min(...expected)).toBeLessThan(1);
  });

  it('has the loss of the actor, and descends it as if the weights were constants', () => {
    const { before, after, metric } = step;
    const counts = weights(before.actor, after.critics);
    expect(metric('actorLoss') / actorLoss(before.actor, counts)).toBeCloseTo(1, 5);
    expectDescent(before.actor, after.actor, () => actorLoss(before.actor, counts));
  });

  it('then moves the targets towards the new critics', () => {
    const { before, after } = step;
    const online = numbers(after.critics);
    const expected = numbers(before.targets).map((old, i) => 0.9 * old + 0.1 * online[i]!);
    expect(numbers(after.targets)).toBeAllClose(expected, { absolute: 1e-7 }); // float32 rounding
  });
});
