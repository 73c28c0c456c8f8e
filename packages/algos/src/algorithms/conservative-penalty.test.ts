import { Rng } from '@lamo/core';
import { hostArray, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { conservativeGaps, conservativePenalty, type GapOptions } from './conservative-penalty';

/** Two critics, three states, four samples each. */
const SHAPE = [2, 3, 4] as const;
const rng = Rng.fromSeed(11);
const scores = Float32Array.from({ length: 24 }, () => rng.uniform(-3, 3));
const values = Float32Array.from({ length: 6 }, () => rng.uniform(-3, 3));

/** The gap of each critic by its definition, in float64. */
function plainGaps(scores: ArrayLike<number>, { temperature, clipMin, clipMax }: GapOptions): number[] {
  const [critics, states, samples] = SHAPE;
  return Array.from({ length: critics }, (_, critic) => {
    let total = 0;
    for (let state = 0; state < states; state++) {
      const row = critic * states + state;
      let sum = 0;
      for (let i = 0; i < samples; i++) sum += Math.exp(scores[row * samples + i]! / temperature);
      const gap = temperature * Math.log(sum) - values[row]!;
      total += Math.min(Math.max(gap, clipMin ?? -Infinity), clipMax ?? Infinity);
    }
    return total / states;
  });
}

const gapsAndSlopes = (given: Float32Array, options: GapOptions) =>
  compute({ scores: hostArray(SHAPE, given), values: hostArray([2, 3], values) }, {}, (parameters) => {
    const { loss, gradients, aux } = valueAndGradients(
      parameters as { scores: tf.Tensor; values: tf.Tensor },
      ({ scores, values }) => {
        const gaps = conservativeGaps(scores, values, options);
        return { loss: tf.sum(gaps) as tf.Scalar, aux: { gaps } };
      },
    );
    return { loss, ...aux, slopes: gradients.scores, valueSlopes: gradients.values };
  });

describe('conservativeGaps', () => {
  it.each<[string, GapOptions]>([
    ['at temperature 1', { temperature: 1, clipMin: null, clipMax: null }],
    ['at a low temperature', { temperature: 0.2, clipMin: null, clipMax: null }],
    ['cut from below', { temperature: 1, clipMin: 2, clipMax: null }],
    ['cut on both sides', { temperature: 1, clipMin: 1, clipMax: 2.5 }],
  ])('are what their definition says, %s', async (_, options) => {
    const { gaps } = await gapsAndSlopes(scores, options);
    expect(gaps).toBeAllClose(plainGaps(scores, options), { relative: 2e-6, absolute: 1e-6 }); // float32
  });

  it('push a sample down by its share of the sum, and the action of the data up', async () => {
    const options = { temperature: 0.5, clipMin: null, clipMax: 2.5 };
    const { slopes, valueSlopes } = await gapsAndSlopes(scores, options);
    const total = (scores: ArrayLike<number>) => plainGaps(scores, options).reduce((a, b) => a + b);
    const h = 1e-4;
    const wanted = Array.from(scores, (_, i) => {
      const shifted = (by: number) => Array.from(scores, (x, j) => (i === j ? x + by : x));
      return (total(shifted(h)) - total(shifted(-h))) / (2 * h);
    });
    expect(wanted.some((slope) => slope === 0)).toBe(true); // a state that is cut
    expect(slopes).toBeAllClose(wanted, { absolute: 1e-6 }); // differences are good to h², a mean to a third of that
    const down = [0, 1, 2, 3, 4, 5].map((row) => slopes!.slice(4 * row, 4 * row + 4).reduce((a, b) => a + b));
    expect(valueSlopes).toBeAllClose(
      down.map((x) => -x),
      { absolute: 1e-6 },
    );
  });

  it('stay finite for values whose powers overflow', async () => {
    const options = { temperature: 1, clipMin: null, clipMax: null };
    const { gaps, slopes } = await gapsAndSlopes(
      scores.map((x) => x + 1000),
      options,
    );
    const wanted = plainGaps(scores, options).map((gap) => gap + 1000);
    expect(gaps).toBeAllClose(wanted, { relative: 1e-6 }); // float32
    expect([...slopes!].every(Number.isFinite)).toBe(true);
  });
});

describe('conservativePenalty', () => {
  const logAlphaPrime = 0.4;
  const penalise = (gaps: number[], options: Parameters<typeof conservativePenalty>[2]) =>
    compute(
      { gaps: hostArray([2], gaps), logAlphaPrime: hostArray([], [logAlphaPrime]) },
      {},
      (parameters) => {
        const { gradients, aux } = valueAndGradients(
          parameters as { gaps: tf.Tensor1D; logAlphaPrime: tf.Tensor },
          ({ gaps, logAlphaPrime }) => {
            const { penalty, alphaPrimeLoss } = conservativePenalty(gaps, logAlphaPrime, options);
            return { loss: tf.add(penalty, alphaPrimeLoss) as tf.Scalar, aux: { penalty } };
          },
        );
        return { ...aux, ...gradients };
      },
    );
  const alphaPrime = Math.exp(logAlphaPrime);

  it('weighs the gaps of both critics', async () => {
    const options = { conservativeWeight: 5, targetGap: null, weighTargetGap: true };
    const { penalty, gaps, logAlphaPrime } = await penalise([2, 3], options);
    expect(penalty![0]).toBeCloseTo(25, 5);
    expect([...gaps!]).toEqual([5, 5]);
    expect(logAlphaPrime![0]).toBe(0);
  });

  it.each([
    ['with the weight on the target gap', true, 5 * (2 - 1) + 5 * (3 - 1)],
    ['without', false, 5 * 2 - 1 + 5 * 3 - 1],
  ])('weighs what they are above a target gap, %s', async (_, weighTargetGap, excess) => {
    const { penalty, gaps } = await penalise([2, 3], { conservativeWeight: 5, targetGap: 1, weighTargetGap });
    expect(penalty![0]! / (alphaPrime * excess)).toBeCloseTo(1, 6);
    expect(gaps).toBeAllClose([5 * alphaPrime, 5 * alphaPrime], { relative: 1e-6 });
  });

  it('raises the multiplier while gaps are above their target, and lowers it while they are below', async () => {
    const slope = async (gaps: number[]) =>
      (await penalise(gaps, { conservativeWeight: 5, targetGap: 1, weighTargetGap: true }))
        .logAlphaPrime![0]!;
    // Half of the penalty: the reference means over its two critics.
    expect((await slope([2, 3])) / (-0.5 * alphaPrime * 15)).toBeCloseTo(1, 6);
    expect(await slope([0.5, 0.8])).toBeGreaterThan(0);
  });
});
