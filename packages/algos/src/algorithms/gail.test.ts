import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { type Completions, completionsFromRows, tokenCompletions } from '@lamo/data';
import { generateBatch, gpt2Config, initGpt2, saveGpt2 } from '@lamo/models';
import { hostArray, openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { expectRepeatable } from '../../test/finish-training';
import { permutationTokenizer } from '../../test/permutation-task';
import { type TrainOptions, train } from '../engine/train';
import { gail, gailPolicyLoss } from './gail';

const folder = mkdtempSync(join(tmpdir(), 'lamo-gail-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('has the policy’s loss of plain arithmetic', async () => {
  const [N, V] = [5, 4];
  const rng = Rng.fromSeed(4);
  const draw = (count: number) => Float32Array.from({ length: count }, () => rng.uniform(-2, 2));
  const [policy, first, values, returns] = [draw(N * V), draw(N * V), draw(N), draw(N)];
  const next = [1, 0, 3, 2, 2];
  const weights = [0, 1, 1, 1, 0];
  const measured = await compute(
    {
      policy: hostArray([N, V], policy),
      first: hostArray([N, V], first),
      values: hostArray([N], values),
      returns: hostArray([N], returns),
    },
    {},
    (given) => {
      const { policy, first, values, returns } = given as Record<string, tf.Tensor>;
      const { loss, aux } = gailPolicyLoss(
        {
          ...{
            logits: policy as tf.Tensor2D,
            first: first as tf.Tensor2D,
            values: values!,
            returns: returns!,
          },
          ...{ next: tf.tensor1d(next), weights: tf.tensor1d(weights) },
        },
        { divergenceWeight: tf.scalar(0.3), valueWeight: 0.5 },
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
  const error = (i: number) => returns[i]! - values[i]!;
  const centre = mean(error);
  const deviation = Math.sqrt(mean((i) => (error(i) - centre) ** 2));
  const surrogate = mean((i) => (-(error(i) - centre) / deviation) * logSoftmax(policy, i)[next[i]!]!);
  const divergence = mean((i) => {
    const [own, theirs] = [logSoftmax(policy, i), logSoftmax(first, i)];
    return own.reduce((sum, p, j) => sum + Math.exp(p) * (p - theirs[j]!), 0);
  });
  const valueLoss = mean((i) => error(i) ** 2);
  expect(measured.divergence![0]).toBeCloseTo(divergence, 5);
  expect(measured.valueLoss![0]).toBeCloseTo(valueLoss, 5);
  // 1e-6 is added to the deviation.
  expect(measured.loss![0]).toBeCloseTo(surrogate + 0.3 * divergence + 0.5 * valueLoss, 4);
});

describe('GAIL', () => {
  const blank = join(folder, 'blank');
  let completions: Completions;
  beforeAll(async () => {
    // Examples have letters of the first half of the alphabet only; a blank model writes any.
    const rng = Rng.fromSeed(1);
    const letter = () => 'abcde'[rng.integer(5)]!;
    const rows = Array.from({ length: 60 }, () => ({
      prompt: `${letter()}=`,
      completion: `${letter()}${letter()}`,
    }));
    completions = await tokenCompletions(completionsFromRows(rows), permutationTokenizer, { context: 8 });
    const sizes = {
      vocabSize: 12,
      nPositions: 8,
      nEmbd: 16,
      nLayer: 1,
      nHead: 2,
      residPdrop: 0,
      embdPdrop: 0,
      attnPdrop: 0,
    };
    const config = gpt2Config(sizes);
    saveGpt2(blank, { config, parameters: initGpt2(config, Rng.fromSeed(2)) });
  });

  const start = async (
    options: Partial<TrainOptions<typeof gail>> = {},
    setting: Partial<NonNullable<TrainOptions<typeof gail>['config']>> = {},
  ) => {
    const device = await openDevice('cpu', { threads: 1 });
    const config = {
      ...{
        initialiseFrom: blank,
        batchSize: 16,
        learningRate: 3e-3,
        discriminatorLearningRate: 3e-3,
        warmupSteps: 1,
      },
      ...setting,
    };
    return train(gail, completions, { config, device, steps: 6, seed: 1, every: 1, ...options });
  };

  it('tells its texts from the examples, and then writes what it cannot tell from them', async () => {
    const run = await start({ steps: 150, every: 50 }, { ownEvery: 2, divergenceWeight: 0.01 });
    const apart: number[] = [];
    for await (const { metrics } of run) apart.push(metrics.exampleScore! - metrics.ownScore!);
    expect(apart[0]).toBeGreaterThan(0.15);
    expect(apart.at(-1)).toBeLessThan(apart[0]! / 2);
    // Of a blank model's texts, one in 70.
    const prompts = [...'abcde'].map((letter) => permutationTokenizer.encode(`${letter}=`));
    const written = await generateBatch(await run.result(), prompts, {
      ...{ samples: 20, tokens: 6, device: await openDevice('cpu', { threads: 1 }) },
      endOfText: [permutationTokenizer.endOfText],
    });
    await run.dispose();
    const right = written
      .flat()
      .filter(
        ({ tokens, end }) => end !== undefined && /^[a-e]{2}$/.test(permutationTokenizer.decode(tokens)),
      );
    expect(right.length / 100).toBeGreaterThan(0.6);
  });

  it('is the same again with the same seed, with adapters, and continues as if it had never stopped', async () => {
    const setting = { ownEvery: 3, imitationWeight: 0.5, loraRank: 2 };
    await expectRepeatable((options) => start(options, setting), 2, folder);
  });

  it('says that a model to begin with is missing', async () => {
    await expect(start({}, { initialiseFrom: null })).rejects.toThrow('`initialiseFrom` is missing');
  });
});
