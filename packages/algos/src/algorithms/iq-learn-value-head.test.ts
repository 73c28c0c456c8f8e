import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Completions, completionsFromRows, tokenCompletions } from '@lamo/data';
import { hostArray, openDevice, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { expectRepeatable, finishTraining } from '../../test/finish-training';
import { B, LOGITS, NEXT, rng, row, softMaximum, T, V, WEIGHTS } from '../../test/four-predictions';
import { permutations, permutationTokenizer } from '../../test/permutation-task';
import { type TrainOptions, train } from '../engine/train';
import { iqLearn, iqLearnLoss } from './iq-learn';
import { sft } from './sft';

const folder = mkdtempSync(join(tmpdir(), 'lamo-value-head-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the loss with values of their own', () => {
  const VALUES = Float32Array.from({ length: B * T }, () => rng.uniform(-2, 2));

  const measure = (residualWeight: number, discount: number) =>
    compute(
      { logits: hostArray([B * T, V], LOGITS), values: hostArray([B * T], VALUES) },
      {},
      (parameters) => {
        const given = parameters as { logits: tf.Tensor2D; values: tf.Tensor };
        const { loss, gradients, aux } = valueAndGradients(given, ({ logits, values }) =>
          iqLearnLoss(
            { logits, values, next: tf.tensor1d(NEXT), weights: tf.tensor1d(WEIGHTS) },
            { discount, gradient: 'full', batchSize: B, residualWeight: tf.scalar(residualWeight) },
          ),
        );
        return { loss, ...aux, slopes: gradients.logits, valueSlopes: gradients.values };
      },
    );

  /** The mean over the tokens of completions of −log π + λ (V + log π − γ V′)², in double precision. */
  function plain(logits: ArrayLike<number>, values: ArrayLike<number>, weight: number, discount: number) {
    const counted = WEIGHTS.flatMap((each, i) => (each === 1 ? [i] : []));
    const terms = counted.map((i) => {
      const logLikelihood = logits[i * V + NEXT[i]!]! - softMaximum(row(logits, i));
      const next = (i + 1) % T !== 0 && WEIGHTS[i + 1] === 1 ? values[i + 1]! : 0;
      return weight * (values[i]! + logLikelihood - discount * next) ** 2 - logLikelihood;
    });
    return terms.reduce((sum, term) => sum + term, 0) / terms.length;
  }

  it('is as in plain arithmetic, and has slopes that small changes of logits and values confirm', async () => {
    const { loss, slopes, valueSlopes } = await measure(0.5, 0.9);
    const [logits, values] = [Float64Array.from(LOGITS), Float64Array.from(VALUES)];
    expect(loss![0]).toBeCloseTo(plain(logits, values, 0.5, 0.9), 5);
    for (const i of logits.keys()) {
      const at = (change: number) => plain(logits.with(i, logits[i]! + change), values, 0.5, 0.9);
      expect(slopes![i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    }
    for (const i of values.keys()) {
      const at = (change: number) => plain(logits, values.with(i, values[i]! + change), 0.5, 0.9);
      expect(valueSlopes![i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    }
  });

  it('is that of imitation without a residual: values have no slope', async () => {
    const { loss, negativeLogLikelihood, slopes, valueSlopes } = await measure(0, 1);
    expect(loss).toEqual(negativeLogLikelihood);
    const count = WEIGHTS.filter((weight) => weight === 1).length;
    const expected = WEIGHTS.flatMap((weight, i) => {
      const own = row(LOGITS, i);
      return own.map((q, j) => (weight * (Math.exp(q - softMaximum(own)) - Number(j === NEXT[i]))) / count);
    });
    expect(slopes).toBeAllClose(expected, { absolute: 1e-6, relative: 1e-6 }); // float32
    expect(valueSlopes!.map(Math.abs)).toEqual(new Float32Array(B * T));
  });

  it('is the usual one if they are the soft values of the logits', async () => {
    const soft = Float32Array.from({ length: B * T }, (_, i) => softMaximum(row(LOGITS, i)));
    const usual = await compute({ logits: hostArray([B * T, V], LOGITS) }, {}, (given) => {
      const { logits } = given as { logits: tf.Tensor2D };
      return iqLearnLoss(
        { logits, next: tf.tensor1d(NEXT), weights: tf.tensor1d(WEIGHTS) },
        { discount: 0.9, gradient: 'full', batchSize: B, residualWeight: tf.scalar(0.5) },
      ).aux;
    });
    const residual = plain(LOGITS, soft, 1, 0.9) - plain(LOGITS, soft, 0, 0.9);
    expect(usual.residual![0]).toBeCloseTo(residual, 4); // float32 squares of up to ten
  });
});

const config = {
  ...{ batchSize: 32, learningRate: 3e-3, warmupSteps: 20, dropout: 0, attentionDropout: 0 },
  ...{ width: 32, layers: 2, heads: 4 },
};

type Options = Partial<TrainOptions<typeof iqLearn>>;
type State = Readonly<Record<'parameters' | 'valueHead', unknown>>;

const tokenise = (prompts: number, answers: number, seed: number) =>
  tokenCompletions(completionsFromRows(permutations({ prompts, answers, seed })), permutationTokenizer, {
    context: 16,
  });

const start = async (completions: Completions, options: Options = {}) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(iqLearn, completions, { config, device, steps: 6, seed: 1, every: 2, ...options });
};

describe('IQLearn with a head for values', () => {
  let completions: Completions;
  beforeAll(async () => {
    completions = await tokenise(60, 3, 1);
  });

  it('imitates to the last bit without a residual, and else keeps rewards small', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const imitating = await finishTraining(
      await train(sft, completions, { steps: 6, seed: 1, every: 2, device, config }),
    );
    const withHead = { ...config, valueHead: true, imitationSteps: 0 };
    const { state } = await finishTraining(
      await start(completions, { config: { ...withHead, residualWeight: 0 } }),
    );
    expect((state as State).parameters).toEqual((imitating.state as State).parameters);
    const run = await start(completions, { steps: 300, every: 100, config: withHead });
    const before = (await run.state()) as State;
    const { metrics, state: after } = await finishTraining(run);
    expect(metrics.at(-1)!.metrics.residual).toBeLessThan(1);
    expect((after as State).valueHead).not.toEqual(before.valueHead);
  });

  it('is the same again with the same seed, and continues as if it had never stopped', async () => {
    const options = {
      config: { ...config, valueHead: true, imitationSteps: 3, ownShare: 0.25, ownEvery: 2 },
    };
    await expectRepeatable((more) => start(completions, { ...options, ...more }), 4, folder);
  });
});
