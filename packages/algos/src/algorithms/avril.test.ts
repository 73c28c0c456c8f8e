import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { mlp, scaleObservations } from '@lamo/models';
import { hostArray, openDevice, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { FOUR_CHOICES, fourChoices, takeChoice } from '../../test/one-step';
import {
  expectDescent,
  forward,
  mean,
  type PlainArray,
  type PlainNetwork,
  plainCrossEntropy,
  row,
  toPlain,
} from '../../test/plain';
import { train } from '../engine/train';
import { datasetSpec } from '../kinds/dataset';
import { toyDataset } from '../testing/toy-dataset';
import { avril, avrilLoss, rewardPosterior } from './avril';

const [B, N] = [4, 3];
const rng = Rng.fromSeed(2);
const draw = (count: number) => Float32Array.from({ length: count }, () => rng.uniform(-1.5, 1.5));
const VALUES = draw(B * N);
const NEXT_VALUES = draw(B * N);
const CHOSEN = [0, 2, 1, 1];
const NEXT_CHOSEN = [1, 0, 2, 0];
const TERMINATED = [0, 0, 1, 0];

const oneHot = (chosen: readonly number[]) =>
  tf.tensor2d(
    chosen.flatMap((choice) => Array.from({ length: N }, (_, i) => Number(i === choice))),
    [B, N],
  );

interface Setting {
  readonly discount: number;
  readonly residualWeight: number;
  readonly rewardOf: 'state' | 'action';
}

/** The loss in double precision, by the definitions of densities and not their simplified logarithms. */
function plain(
  { discount, residualWeight, rewardOf }: Setting,
  values: ArrayLike<number>,
  nextValues: ArrayLike<number>,
  rewards: ArrayLike<number>,
) {
  const count = rewardOf === 'state' ? 1 : N;
  const rows = CHOSEN.map((choice, i) => {
    const own = Array.from({ length: N }, (_, j) => values[i * N + j]!);
    const total = own.reduce((sum, value) => sum + Math.exp(value), 0);
    const future = TERMINATED[i] === 1 ? 0 : nextValues[i * N + NEXT_CHOSEN[i]!]!;
    const implied = own[choice]! - discount * future;
    const place = rewardOf === 'state' ? 0 : choice;
    const centre = rewards[i * 2 * count + place]!;
    const deviation = Math.exp(rewards[i * 2 * count + count + place]!);
    const density =
      Math.exp(-(((implied - centre) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
    const divergence = (deviation ** 2 + centre ** 2 - 1) / 2 - Math.log(deviation);
    const likelihood = Math.exp(own[choice]!) / total;
    return -Math.log(likelihood) + divergence - residualWeight * Math.log(density);
  });
  return mean(rows);
}

describe('the loss of AVRIL', () => {
  it.each<Setting>([
    { discount: 1, residualWeight: 1, rewardOf: 'state' },
    { discount: 0.9, residualWeight: 0.5, rewardOf: 'action' },
  ])('is as in plain arithmetic, and its slopes are those of small changes: %o', async (setting) => {
    const rewards = draw(B * 2 * (setting.rewardOf === 'state' ? 1 : N));
    const width = rewards.length / B;
    const { loss, values, nextValues, reward } = await compute(
      {
        values: hostArray([B, N], VALUES),
        nextValues: hostArray([B, N], NEXT_VALUES),
        rewards: hostArray([B, width], rewards),
      },
      {},
      (given) => {
        const outputs = given as Readonly<Record<'values' | 'nextValues' | 'rewards', tf.Tensor>>;
        const { loss, gradients } = valueAndGradients(outputs, (own) =>
          avrilLoss(
            {
              ...own,
              ...{ actions: oneHot(CHOSEN), nextActions: oneHot(NEXT_CHOSEN) },
              terminated: tf.tensor1d(TERMINATED),
            },
            setting,
          ),
        );
        return {
          loss,
          values: gradients.values,
          nextValues: gradients.nextValues,
          reward: gradients.rewards,
        };
      },
    );
    const exact = [VALUES, NEXT_VALUES, rewards].map((data) => Float64Array.from(data));
    expect(loss![0]).toBeCloseTo(plain(setting, exact[0]!, exact[1]!, exact[2]!), 5);
    for (const [k, slopes] of [values!, nextValues!, reward!].entries()) {
      for (const [i, slope] of slopes.entries()) {
        const at = (change: number) => {
          const moved = exact.with(k, exact[k]!.with(i, exact[k]![i]! + change));
          return plain(setting, moved[0]!, moved[1]!, moved[2]!);
        };
        // A float32 of size one against a difference in double precision.
        expect(slope).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4);
      }
    }
  });
});

interface State {
  readonly actor: PlainNetwork;
  readonly reward: PlainNetwork;
  readonly optimizer: { readonly first: PlainArray };
}

describe.each(['state', 'action'] as const)('one step of AVRIL, with a reward of each %s', (rewardOf) => {
  const config = avril.config.parse({
    ...{ hiddenSize: 5, batchSize: 4, learningRate: 0.01, discount: 0.9, residualWeight: 0.7, rewardOf },
  });

  function loss({ actor, reward }: Pick<State, 'actor' | 'reward'>): number {
    const { observations, nextObservations, chosen, nextChosen, terminated } = FOUR_CHOICES;
    const terms = chosen.map((choice, i) => {
      const values = forward(actor, row(observations, i));
      const next = forward(actor, row(nextObservations, i))[nextChosen[i]!]!;
      const implied = values[choice]! - config.discount * (1 - terminated[i]!) * next;
      const said = forward(reward, row(observations, i));
      const place = rewardOf === 'state' ? 0 : choice;
      const [centre, logDeviation] = [said[place]!, said[said.length / 2 + place]!];
      const variance = Math.exp(2 * logDeviation);
      const surprise = ((implied - centre) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2;
      const divergence = (variance + centre ** 2 - 1 - Math.log(variance)) / 2;
      return plainCrossEntropy(values, choice) + divergence + config.residualWeight * surprise;
    });
    return mean(terms);
  }

  it('has the loss of plain arithmetic on standardised observations, and descends it', async () => {
    const state = await avril.init(datasetSpec(fourChoices), config, Rng.fromSeed(2), {});
    const step = await takeChoice(avril, config, state);
    const [before, after] = [toPlain<State>(state), toPlain<State>(step.after)];
    // Float32 against double precision.
    expect(step.metric('loss') / loss(before)).toBeCloseTo(1, 5);
    const learned = ({ actor, reward }: State) => ({ actor, reward });
    const { learningRate } = config;
    expectDescent(
      { before: learned(before), after: learned(after), optimizer: after.optimizer, learningRate },
      () => loss(before),
    );
  });
});

/** A walk along five places, of someone who mostly goes right, to where it is over; on the left is a wall. */
function walks() {
  const [places, random] = [5, Rng.fromSeed(4)];
  const rows: { place: number; action: number; ended: boolean }[] = [];
  for (let episode = 0; episode < 300; episode++) {
    let place = 1 + random.integer(places);
    while (place <= places) {
      const action = random.integer(10) === 0 ? 0 : 1;
      const next = Math.max(1, place + (action === 0 ? -1 : 1));
      rows.push({ place, action, ended: next > places });
      place = next;
    }
  }
  return createDataset({
    name: 'walks',
    observations: rows.map(({ place }) => place),
    actions: rows.map(({ action }) => action),
    rewards: rows.map(() => 0),
    terminated: rows.map(({ ended }) => ended),
    actionSpace: { kind: 'discrete', count: 2 },
  });
}

const PLACES = Float32Array.of(1, 2, 3, 4, 5);

/** The policy's choices, and the mean of the reward, at each place. */
async function learn(residualWeight: number) {
  const run = await train(avril, walks(), {
    ...{ steps: 1500, every: 500, seed: 1, device: await openDevice('cpu', { threads: 1 }) },
    config: { hiddenSize: 32, learningRate: 3e-3, residualWeight },
  });
  for await (const _ of run);
  const policy = await run.result();
  policy.reset(PLACES.length);
  const actions = [...(await policy.act(PLACES, new Float32Array(PLACES.length)))];
  const { actor, reward, scaler } = (await run.state()) as never;
  const { means } = await compute({ actor, reward, scaler }, {}, (state) => {
    const { reward, scaler } = state as never;
    const seen = scaleObservations(scaler, tf.tensor2d([...PLACES], [PLACES.length, 1]));
    return { means: rewardPosterior(mlp(reward, seen), tf.zeros([PLACES.length, 2])).mean };
  });
  await policy.dispose();
  await run.dispose();
  return { actions, means: [...means!] };
}

describe('AVRIL', () => {
  it('imitates, and finds that it pays more the nearer the walk comes to its end', async () => {
    const { actions, means } = await learn(0.5);
    expect(actions).toEqual([1, 1, 1, 1, 1]);
    // Odds of nine to one ask for values that rise to the right; nothing else in the data says where it is good to be.
    expect(means).toEqual([...means].sort((x, y) => x - y));
    expect(means.at(-1)! - means[0]!).toBeGreaterThan(0.07);
  });

  it('is behaviour cloning, and finds nothing of rewards, if these need not explain values', async () => {
    const { actions, means } = await learn(0);
    expect(actions).toEqual([1, 1, 1, 1, 1]);
    for (const reward of means) expect(Math.abs(reward)).toBeLessThan(0.05);
  });

  it('refuses actions that are amounts', async () => {
    await expect(train(avril, toyDataset(), { steps: 1 })).rejects.toMatchObject({
      code: 'not-capable',
      problem: 'AVRIL learns only from data whose actions are classes',
      received: 'data whose actions are amounts',
      hint: expect.stringContaining('--action-classes'),
    });
  });
});
