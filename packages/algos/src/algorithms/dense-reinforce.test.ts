import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { type Completions, completionsFromRows, tokenCompletions } from '@lamo/data';
import { gpt2Config, initGpt2, saveGpt2 } from '@lamo/models';
import { hostArray, openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { expectRepeatable, finishTraining } from '../../test/finish-training';
import { permutations, permutationTokenizer } from '../../test/permutation-task';
import { type TrainOptions, train } from '../engine/train';
import { denseReinforce, denseReinforceLoss } from './dense-reinforce';
import { sft } from './sft';

const folder = mkdtempSync(join(tmpdir(), 'lamo-dense-reinforce-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('has the loss of plain arithmetic: rewards to go, standardised, and the divergence', async () => {
  const [B, N, V] = [2, 3, 4];
  const rng = Rng.fromSeed(4);
  const [written, tuned, earlier] = [1, 2, 3].map(() =>
    Float32Array.from({ length: B * N * V }, () => rng.uniform(-2, 2)),
  ) as [Float32Array, Float32Array, Float32Array];
  const next = [1, 0, 3, 2, 2, 0];
  const weights = [0, 1, 1, 1, 1, 0];
  const [discount, divergenceWeight] = [0.9, 0.3];
  const logits = (data: Float32Array) => hostArray([B * N, V], data);
  const measured = await compute(
    { written: logits(written), tuned: logits(tuned), earlier: logits(earlier) },
    {},
    (given) => {
      const models = given as Record<'written' | 'tuned' | 'earlier', tf.Tensor2D>;
      const tokens = { next: tf.tensor1d(next), weights: tf.tensor1d(weights) };
      const { loss, aux } = denseReinforceLoss(
        { logits: models.written, first: models.tuned, earlier: models.earlier, ...tokens },
        { rows: B, discount, divergenceWeight },
      );
      return { loss, ...aux };
    },
  );
  const logSoftmax = (data: Float32Array, i: number) => {
    const row = Array.from(data.subarray(i * V, (i + 1) * V));
    const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
    return row.map((x) => x - total);
  };
  const counted = weights.flatMap((weight, i) => (weight === 1 ? [i] : []));
  const mean = (of: (i: number) => number) => counted.reduce((sum, i) => sum + of(i), 0) / counted.length;
  const reward = (i: number) => logSoftmax(tuned, i)[next[i]!]! - logSoftmax(earlier, i)[next[i]!]!;
  const returnAt = (i: number): number =>
    reward(i) + ((i + 1) % N !== 0 && weights[i + 1] === 1 ? discount * returnAt(i + 1) : 0);
  const centre = mean(returnAt);
  const deviation = Math.sqrt(mean((i) => (returnAt(i) - centre) ** 2));
  const surrogate = mean((i) => -((returnAt(i) - centre) / deviation) * logSoftmax(written, i)[next[i]!]!);
  const divergence = mean((i) => {
    const [own, theirs] = [logSoftmax(written, i), logSoftmax(tuned, i)];
    return own.reduce((sum, p, j) => sum + Math.exp(p) * (p - theirs[j]!), 0);
  });
  expect(measured.reward![0]).toBeCloseTo(mean(reward), 5);
  expect(measured.textReward![0]).toBeCloseTo((mean(reward) * counted.length) / B, 5);
  expect(measured.divergence![0]).toBeCloseTo(divergence, 5);
  // 1e-6 is added to the deviation.
  expect(measured.loss![0]).toBeCloseTo(surrogate + divergenceWeight * divergence, 4);
});

describe('dense-path REINFORCE', () => {
  const sizes = { width: 32, layers: 2, heads: 4, dropout: 0, attentionDropout: 0 };
  let completions: Completions;
  const [half, whole] = [join(folder, 'half'), join(folder, 'whole')];
  beforeAll(async () => {
    const source = completionsFromRows(permutations({ prompts: 60, answers: 3, seed: 1 }));
    completions = await tokenCompletions(source, permutationTokenizer, { context: 16 });
    const device = await openDevice('cpu', { threads: 1 });
    const config = { ...sizes, batchSize: 32, learningRate: 3e-3, warmupSteps: 20 };
    const run = await train(sft, completions, { config, device, steps: 200, seed: 1, every: 100 });
    for await (const { step } of run) await run.save(step === 100 ? half : whole);
    await run.dispose();
  });

  const start = async (
    options: Partial<TrainOptions<typeof denseReinforce>> = {},
    setting: Partial<NonNullable<TrainOptions<typeof denseReinforce>['config']>> = {},
  ) => {
    const device = await openDevice('cpu', { threads: 1 });
    const config = {
      ...{ initialiseFrom: whole, earlierModel: half, batchSize: 16, learningRate: 5e-4, warmupSteps: 1 },
      ...setting,
    };
    return train(denseReinforce, completions, { config, device, steps: 6, seed: 1, every: 1, ...options });
  };

  it('writes what the rewards of fine-tuning favour', async () => {
    const { metrics } = await finishTraining(await start({ steps: 80 }, { ownEvery: 5 }));
    const mean = (from: number) =>
      metrics.slice(from, from + 20).reduce((sum, { metrics }) => sum + metrics.textReward!, 0) / 20;
    // They rise by about 0.4 nats; with the other sign of the advantages they fall.
    expect(mean(60) - mean(0)).toBeGreaterThan(0.2);
    expect(metrics.at(-1)!.metrics.divergence).toBeGreaterThan(0.001);
  });

  it('is the same again with the same seed, and continues as if it had never stopped', async () => {
    const setting = { ownEvery: 3, likelihoodWeight: 0.5, loraRank: 2 };
    await expectRepeatable((options) => start(options, setting), 2, folder);
  });

  it('says which model is missing', async () => {
    await expect(start({}, { earlierModel: null })).rejects.toThrow('`earlierModel` is missing');
    await expect(start({}, { initialiseFrom: null })).rejects.toThrow('`initialiseFrom` is missing');
  });

  it('refuses an earlier model that reads other tokens, or has other sizes', async () => {
    await expect(start({}, { earlierModel: 'nano' })).rejects.toThrow(
      'does not read what the trained model reads',
    );
    // It would be run with the heads of the trained model.
    const config = gpt2Config({ vocabSize: 12, nPositions: 16, nEmbd: 32, nLayer: 2, nHead: 2 });
    const other = join(folder, 'two-heads');
    saveGpt2(other, { config, parameters: initGpt2(config, Rng.fromSeed(1)) });
    await expect(start({}, { earlierModel: other })).rejects.toThrow(
      /2 blocks of 4 heads.*2 blocks of 2 heads/s,
    );
  });
});
