import { Rng } from '@lamo/core';
import { initTokenValues } from '@lamo/models';
import { hostArray, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../../test/compute';
import { type TokenValueLossOptions, tokenValueLoss, worthOfWritten } from './token-value-loss';

/** Two rows of five tokens, of which four choose the next: a dialogue of two turns that ended, and one that was cut. */
const [B, T, V] = [2, 5, 3];
const N = B * (T - 1);
const NEXT = [2, 0, 1, 2, 1, 1, 0, 0];
const WEIGHTS = [1, 0, 1, 1, 0, 1, 0, 0];
const REWARDS = [-1, 0, 0.5, 2, 0, -1.5, 0, 0];
/** The first turn goes on where the second begins, at place 2 of the row; the cut one at place 2 of its own. */
const NEXT_STATES = [2, 0, 3, -1, 0, 2, 0, 0];
const RETURNS = [0.3, 0, 1.2, 2, 0, -1.5, 0, 0];

const rng = Rng.fromSeed(5);
const draw = (length: number) => Float32Array.from({ length }, () => rng.uniform(-2, 2));
const LEARNED = { logits: draw(N * V), first: draw(N * V), second: draw(N * V), values: draw(B * T) };
const WORTH = draw(N);

const OPTIONS: TokenValueLossOptions = {
  ...{ discount: 0.9, expectile: 0.7, valueTarget: 'td', conservativeWeight: 0.3, imitationWeight: 2 },
  imitationAdvantageWeight: 0,
};

type Learned = Readonly<Record<keyof typeof LEARNED, ArrayLike<number>>>;

const softMaximum = (x: readonly number[]) => Math.log(x.reduce((sum, q) => sum + Math.exp(q), 0));

/** The loss in double precision. @param constant what has no gradient is taken from here */
function plainLoss(learned: Learned, options: TokenValueLossOptions, constant: Learned = LEARNED) {
  const sums = { critics: 0, value: 0, conservative: 0, imitation: 0 };
  const count = WEIGHTS.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of WEIGHTS.entries()) {
    const row = (name: 'logits' | 'first' | 'second') =>
      Array.from({ length: V }, (_, j) => learned[name][i * V + j]!);
    const start = Math.floor(i / (T - 1)) * T;
    const value = learned.values[start + (i % (T - 1))]!;
    const next = NEXT_STATES[i]!;
    const future = next < 0 ? 0 : constant.values[start + next]!;
    for (const name of ['first', 'second'] as const) {
      const q = row(name)[NEXT[i]!]!;
      sums.critics += weight * (REWARDS[i]! + options.discount * future - q) ** 2;
      sums.conservative += weight * (softMaximum(row(name)) - q);
    }
    const goal = options.valueTarget === 'td' ? WORTH[i]! : RETURNS[i]!;
    const side = goal < value ? 1 - options.expectile : options.expectile;
    sums.value += weight * side * (goal - value) ** 2;
    const advantage = WORTH[i]! - constant.values[start + (i % (T - 1))]!;
    const importance = Math.min(Math.exp(options.imitationAdvantageWeight * advantage), 100);
    sums.imitation += weight * importance * (softMaximum(row('logits')) - row('logits')[NEXT[i]!]!);
  }
  const { critics, value, conservative, imitation } = sums;
  const weighted = options.conservativeWeight * conservative + options.imitationWeight * imitation;
  return {
    loss: (critics + value + weighted) / count,
    ...{ criticLoss: critics / count, valueLoss: value / count, conservativeLoss: conservative / count },
  };
}

const lossAndSlopes = (options: TokenValueLossOptions) =>
  compute(
    {
      ...{ logits: hostArray([N, V], LEARNED.logits), first: hostArray([N, V], LEARNED.first) },
      ...{ second: hostArray([N, V], LEARNED.second), values: hostArray([B, T], LEARNED.values) },
    },
    {},
    (parameters) => {
      const { loss, gradients, aux } = valueAndGradients(
        parameters as Record<keyof typeof LEARNED, tf.Tensor>,
        ({ logits, first, second, values }) =>
          tokenValueLoss(
            {
              ...{ logits, critics: [first, second], values, worth: tf.tensor1d(WORTH) },
              ...{ next: tf.tensor1d(NEXT), weights: tf.tensor1d(WEIGHTS), rewards: tf.tensor1d(REWARDS) },
              ...{ nextStates: tf.tensor1d(NEXT_STATES), returns: tf.tensor1d(RETURNS) },
            },
            options,
          ),
      );
      const slopes = Object.entries(gradients).map(([name, slope]) => [`slope of ${name}`, slope]);
      return { loss, ...aux, ...Object.fromEntries(slopes) };
    },
  );

describe('the loss of ILQL', () => {
  it.each<Partial<TokenValueLossOptions>>([
    {},
    { expectile: 0.95, discount: 1 },
    { valueTarget: 'monte-carlo' },
    { imitationAdvantageWeight: 1.5 },
    { conservativeWeight: 0, imitationWeight: 0 },
  ])('is as in plain arithmetic, and so are its slopes: %o', async (changes) => {
    const options = { ...OPTIONS, ...changes };
    const found = await lossAndSlopes(options);
    for (const [name, expected] of Object.entries(plainLoss(LEARNED, options)))
      expect(found[name]![0]).toBeCloseTo(expected, 5);
    for (const name of Object.keys(LEARNED) as (keyof typeof LEARNED)[]) {
      const exact = Float64Array.from(LEARNED[name]);
      for (const i of exact.keys()) {
        const at = (change: number) =>
          plainLoss({ ...LEARNED, [name]: exact.with(i, exact[i]! + change) }, options).loss;
        expect(found[`slope of ${name}`]![i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
      }
    }
  });

  it('is half the squared error for V if the expectile is one half', async () => {
    const { valueLoss } = await lossAndSlopes({ ...OPTIONS, expectile: 0.5 });
    const errors = WEIGHTS.flatMap((weight, i) => {
      const value = LEARNED.values[Math.floor(i / (T - 1)) * T + (i % (T - 1))]!;
      return weight === 0 ? [] : [(WORTH[i]! - value) ** 2 / 2];
    });
    expect(valueLoss![0]).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / errors.length, 5);
  });
});

it('what was written is worth the lower of both targets, which is a constant to every gradient', async () => {
  const sizes = { nEmbd: 4, vocabSize: V };
  const { critics } = initTokenValues(sizes as Parameters<typeof initTokenValues>[0], Rng.fromSeed(1));
  const hidden = draw(2 * 4);
  const found = await compute({ critics, hidden: hostArray([2, 4], hidden) }, {}, (state) => {
    const { loss, gradients, aux } = valueAndGradients(
      { hidden: (state as { hidden: tf.Tensor }).hidden },
      (given) => {
        const worth = worthOfWritten(
          (state as never as { critics: never }).critics,
          given.hidden,
          tf.tensor1d([2, 0]),
        );
        return { loss: tf.sum(worth) as tf.Scalar, aux: { worth } };
      },
    );
    return { loss, worth: aux.worth, slope: gradients.hidden };
  });
  const lowest = [2, 0].map((token, row) => {
    const own = [...hidden.subarray(row * 4, row * 4 + 4)];
    const outputs = [critics.first, critics.second].map((layers) => {
      const layer = (x: readonly number[], name: string) => {
        const { weight, bias } = layers[name]!;
        const width = bias.shape[0]!;
        return Array.from(bias.data, (b, j) =>
          x.reduce((sum, xi, i) => sum + xi * weight.data[i * width + j]!, b),
        );
      };
      return layer(
        layer(own, '0').map((x) => Math.max(x, 0)),
        '1',
      )[token]!;
    });
    return Math.min(...outputs);
  });
  expect(found.worth).toBeAllClose(lowest, { absolute: 1e-6, relative: 1e-6 });
  expect([...found.slope!]).toEqual(Array(8).fill(0));
});
