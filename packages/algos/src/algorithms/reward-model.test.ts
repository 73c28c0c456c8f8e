import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import {
  completionsFromRows,
  type Preferences,
  preferencesFromRows,
  tokenCompletions,
  tokenPreferences,
} from '@lamo/data';
import {
  evaluateCompletions,
  evaluatePreferences,
  gpt2Config,
  initGpt2,
  loadGpt2,
  loadGpt2Adapter,
  mergeGpt2Adapter,
  saveGpt2,
} from '@lamo/models';
import { hostArray, openDevice, valueAndGradients } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { expectRepeatable, finishTraining } from '../../test/finish-training';
import { orderPairs, orderTokenizer } from '../../test/order-task';
import { type TrainOptions, train } from '../engine/train';
import { type JudgedPairs, rewardModel, rewardModelLoss } from './reward-model';

const folder = mkdtempSync(join(tmpdir(), 'lamo-reward-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CHOSEN = Float32Array.of(1.5, -0.5, 0.25, 3);
const REJECTED = Float32Array.of(0.5, 1, 0.25, -4);
const LIKELIHOODS = Float32Array.of(-3, -12, -0.5, -40);

/** The loss and its slopes. @param textWeight 0: texts do not count */
const measure = (textWeight: number, textSharpness = 0.1) =>
  compute(
    {
      chosen: hostArray([4], CHOSEN),
      rejected: hostArray([4], REJECTED),
      ...(textWeight > 0 && { likelihoods: hostArray([4], LIKELIHOODS) }),
    },
    {},
    (given) => {
      const judged = given as unknown as JudgedPairs & Record<string, tf.Tensor>;
      const { loss, gradients, aux } = valueAndGradients(judged, (pairs) =>
        rewardModelLoss(pairs, { textWeight, textSharpness }),
      );
      return { loss, ...aux, ...Object.fromEntries(Object.entries(gradients).map(([k, v]) => [`d${k}`, v])) };
    },
  );

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const margins = Array.from(CHOSEN, (reward, i) => reward - REJECTED[i]!);

describe('the loss of a reward model', () => {
  it('is as in plain arithmetic: the odds of Bradley and Terry, and their slopes', async () => {
    const { loss, accuracy, margin, dchosen, drejected } = await measure(0);
    expect(loss![0]).toBeCloseTo(mean(margins.map((each) => -Math.log(sigmoid(each)))), 6);
    expect(accuracy![0]).toBe(0.5); // a pair with equal rewards is not told apart
    expect(margin![0]).toBeCloseTo(mean(margins), 6);
    const slopes = margins.map((each) => -sigmoid(-each) / 4);
    // Float32 numbers below one.
    expect(dchosen).toBeAllClose(slopes, { absolute: 1e-7, relative: 1e-6 });
    expect(drejected).toBeAllClose(
      slopes.map((slope) => -slope),
      { absolute: 1e-7, relative: 1e-6 },
    );
  });

  it('mixes in the text loss of GRM by its weight', async () => {
    const { loss, textLoss, preferenceLoss, dlikelihoods } = await measure(0.25, 0.2);
    const preference = mean(margins.map((each) => -Math.log(sigmoid(each))));
    const text = mean(Array.from(LIKELIHOODS, (each) => -Math.log(sigmoid(0.2 * each))));
    expect(preferenceLoss![0]).toBeCloseTo(preference, 6);
    expect(textLoss![0]).toBeCloseTo(text, 6);
    expect(loss![0]).toBeCloseTo(0.75 * preference + 0.25 * text, 6);
    const slopes = Array.from(LIKELIHOODS, (each) => (-0.25 * 0.2 * sigmoid(-0.2 * each)) / 4);
    expect(dlikelihoods).toBeAllClose(slopes, { absolute: 1e-7, relative: 1e-6 });
  });
});

const config = {
  ...{ batchSize: 32, learningRate: 3e-3, warmupSteps: 20, dropout: 0, attentionDropout: 0 },
  ...{ width: 32, layers: 2, heads: 4 },
};

const tokenise = (pairs: number, seed: number) =>
  tokenPreferences(preferencesFromRows(orderPairs({ pairs, seed })), orderTokenizer, { context: 12 });

const start = async (preferences: Preferences, options: Partial<TrainOptions<typeof rewardModel>> = {}) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(rewardModel, preferences, { config, device, steps: 6, seed: 1, every: 2, ...options });
};

describe('a reward model', () => {
  let preferences: Preferences;
  let heldOut: Preferences;
  beforeAll(async () => {
    preferences = await tokenise(600, 1);
    heldOut = await tokenise(100, 2);
  });

  it('learns to prefer sorted letters, which it has not seen', async () => {
    const run = await start(preferences, { steps: 250, every: 50 });
    for await (const _ of run);
    const device = await openDevice('cpu', { threads: 1 });
    const { accuracy, loss } = await evaluatePreferences(await run.result(), heldOut, { device });
    await run.dispose();
    // Where no answer, or only its last token, is read, accuracy stays near 0.5; where answers are swapped it goes to 0.
    expect(accuracy).toBeGreaterThan(0.95);
    expect(loss).toBeLessThan(0.2);
  });

  it('keeps better answers likely if texts count', async () => {
    const textLosses = async (textWeight: number) => {
      const run = await start(preferences, {
        ...{ steps: 60, every: 20, config: { ...config, textWeight, textSharpness: 0.5 } },
      });
      const { metrics } = await finishTraining(run);
      return metrics.map((step) => step.metrics.textLoss);
    };
    const [first, , last] = await textLosses(0.5);
    // Five tokens of twelve, by chance: −log σ(−0.5 · 5 log 12) = 6.2. Four of ten letters and an end: 4.6.
    expect(first).toBeGreaterThan(5);
    expect(last).toBeLessThan(4.6);
    expect(await textLosses(0)).toEqual([undefined, undefined, undefined]);
  });

  it('keeps the better answers likely, not the worse ones', async () => {
    const run = await start(preferences, {
      ...{ steps: 120, every: 60, config: { ...config, textWeight: 0.5, textSharpness: 0.5 } },
    });
    for await (const _ of run);
    const model = await run.result();
    await run.dispose();
    const device = await openDevice('cpu', { threads: 1 });
    const lossOf = async (answer: 'chosen' | 'rejected') => {
      const rows = orderPairs({ pairs: 100, seed: 2 }).map((pair) => ({
        prompt: pair.prompt,
        completion: pair[answer],
      }));
      const answers = await tokenCompletions(completionsFromRows(rows), orderTokenizer, { context: 12 });
      return (await evaluateCompletions(model, answers, { device })).loss;
    };
    // Letters in their order can be foreseen; where those of worse answers are learned, neither kind is likelier.
    expect((await lossOf('rejected')) - (await lossOf('chosen'))).toBeGreaterThan(0.5);
  });

  it('is the same again with the same seed, and continues as if it had never stopped', async () => {
    const options = { config: { ...config, dropout: 0.1, textWeight: 0.01 } };
    await expectRepeatable((more) => start(preferences, { ...options, ...more }), 4, folder);
  });

  it('trains adapters and its head beside a model that stays as it is, and comes back from its files', async () => {
    const sizes = gpt2Config({ vocabSize: 12, nPositions: 12, nEmbd: 16, nLayer: 1, nHead: 2 });
    const base = join(folder, 'base');
    saveGpt2(base, { config: sizes, parameters: initGpt2(sizes, Rng.fromSeed(4)) });
    const { width: _, layers: __, heads: ___, dropout: ____, attentionDropout: _____, ...rest } = config;
    const run = await start(preferences, { config: { ...rest, initialiseFrom: base, loraRank: 2 } });
    const before = await run.state();
    for await (const _step of run);
    expect((await run.state()) as object).toMatchObject({ rewardHead: expect.anything() });
    expect(await run.state()).not.toEqual(before);
    const model = await run.result();
    await run.save(join(folder, 'judge'));
    await run.dispose();
    expect(model.adapter?.config.rank).toBe(2);
    const device = await openDevice('cpu', { threads: 1 });
    const loaded = await loadGpt2(join(folder, 'judge'));
    expect(await evaluatePreferences(loaded, heldOut, { device })).toEqual(
      await evaluatePreferences(model, heldOut, { device }),
    );
    await expect(evaluatePreferences(await loadGpt2(base), heldOut, { device })).rejects.toMatchObject({
      code: 'no-reward-head',
    });
    // Its adapters alone, merged again, judge as it does.
    const adapter = await loadGpt2Adapter(join(folder, 'judge', 'adapter'));
    const merged = mergeGpt2Adapter(await loadGpt2(base), adapter);
    expect(await evaluatePreferences(merged, heldOut, { device })).toEqual(
      await evaluatePreferences(model, heldOut, { device }),
    );
    // A training that begins with it begins with its head, and with what adapters of its own leave as it is.
    for (const loraRank of [0, 2]) {
      const further = await start(preferences, {
        config: { ...rest, initialiseFrom: join(folder, 'judge'), loraRank },
      });
      const first = await further.result();
      await further.dispose();
      expect(first.rewardHead).toEqual(model.rewardHead);
    }
  });
});
