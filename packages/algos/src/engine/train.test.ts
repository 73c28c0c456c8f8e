import { type HostArray, hostArray, openDevice, type Tree, type TreeRecord } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { distanceToBest, lineDataset } from '../../test/line-task';
import { settingsOf } from '../../test/small-config';
import { awac, bc, dt, lamo, td3Bc, wikiRl } from '../registry';
import type { AnyAlgorithm } from './algorithm';
import type { TrainingStep } from './stepper';
import { type TrainingRun, train } from './train';

type AnyStep = ReturnType<AnyAlgorithm['cycle']>[number];

async function collect(run: TrainingRun): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for await (const step of run) steps.push(step);
  return steps;
}

describe('learning from random choices', () => {
  it('finds better actions than the data with TD3+BC', async () => {
    // Imitating random actions gives 0 on average, at a distance of 1/12 from x / 2.
    expect(await distanceToBest(td3Bc, 2000, { learningRate: 1e-3, alpha: 20 })).toBeLessThan(0.02);
  });

  it('finds them with AWAC too, unless λ is so high that all actions count alike', async () => {
    const config = { learningRate: 1e-3 };
    expect(await distanceToBest(awac, 1000, config)).toBeLessThan(0.02);
    expect(await distanceToBest(awac, 1000, { ...config, temperature: 1000 })).toBeGreaterThan(0.05);
  });

  it('cannot with BC on all of them, and can on the best tenth', async () => {
    const config = { learningRate: 1e-3 };
    expect(await distanceToBest(bc, 800, config)).toBeGreaterThan(0.05);
    expect(await distanceToBest(bc, 800, { ...config, fraction: 0.1 })).toBeLessThan(0.02);
  });
});

describe('asking for the best return in data of random choices', () => {
  const config = { contextLength: 1, learningRate: 1e-3, warmupSteps: 50, dropout: 0 };
  it.each([
    ['DT', dt, 400, { ...config, batchSize: 128, width: 32 }],
    ['LaMo', lamo, 200, { ...config, batchSize: 32, loraDropout: 0 }],
    ['Wiki-RL', wikiRl, 200, { ...config, batchSize: 32, similarityWeight: 0 }],
  ] as const)('finds the best actions with %s', async (_, algorithm, steps, config) => {
    // As above: imitation without a return to ask for stays at 1/12.
    expect(await distanceToBest(algorithm as AnyAlgorithm, steps, config)).toBeLessThan(0.03);
  });
});

describe('train', () => {
  it('runs on the plain tfjs device with the same result up to rounding', async () => {
    const results = await Promise.all(
      (['cpu', 'tfjs-cpu'] as const).map(async (name) => {
        const run = await train(td3Bc, lineDataset(), {
          steps: 6,
          config: settingsOf(td3Bc),
          device: await openDevice(name),
        });
        return (await collect(run)).map(({ metrics }) => metrics.criticLoss!);
      }),
    );
    // Six steps of float32 arithmetic in another order.
    expect(results[0]!).toBeAllClose(results[1]!, { relative: 1e-4 });
  });

  it('stops with the metric and the step when numbers stop being finite', async () => {
    const run = await train(bc, lineDataset(), {
      steps: 200,
      config: { ...settingsOf(bc), learningRate: 1e38 },
    });
    await expect(collect(run)).rejects.toThrow(/'actorLoss' of step \d+ is not a finite number/);
    await run.dispose();
  });

  it.each(['Infinity', 'NaN'])('keeps no state with %s, though all metrics are finite', async (name) => {
    // A weight that no loss depends on, larger at every step.
    const step: AnyStep = ({ state: given }) => {
      const state = given as { readonly unread: Readonly<Record<string, tf.Tensor>> } & Tree<tf.Tensor>;
      const grown = tf.mul(state.unread.weight!, 1e30);
      const larger = tf.mul(grown, 1e30);
      const weight = name === 'NaN' ? tf.sub(larger, larger) : grown;
      return { state: { ...state, unread: { weight } }, metrics: { actorLoss: tf.scalar(1) } };
    };
    const init: AnyAlgorithm['init'] = async (...given) => ({
      ...((await (bc as AnyAlgorithm).init(...given)) as object),
      unread: { weight: hostArray([2], [0, 1]) },
    });
    const algorithm: AnyAlgorithm = { ...(bc as AnyAlgorithm), init, cycle: () => [step] };
    const run = await train(algorithm, lineDataset(), { steps: 3, config: settingsOf(bc) });
    const steps = run[Symbol.asyncIterator]();
    await steps.next();
    if (name === 'Infinity') expect(await run.checkpoint()).toMatchObject({ header: { step: 1 } });
    await steps.next();
    await steps.next();
    const refusal = {
      code: 'diverged',
      message: expect.stringMatching(
        new RegExp(`in 'unread'.*received ${name} in 'unread/weight' at position 1`),
      ),
    };
    for (const look of [() => run.checkpoint(), () => run.result(), () => run.save('/nowhere')]) {
      await expect(look()).rejects.toMatchObject(refusal);
    }
    await run.dispose();
  });

  it('resumes with the tensors of its algorithm and no others, at a position that can be', async () => {
    const run = await train(bc, lineDataset(), { steps: 1, config: settingsOf(bc) });
    const { header, state } = await run.checkpoint();
    await run.dispose();
    const { scaler, ...lacking } = state as TreeRecord<HostArray>;
    const resume = (changes: object) =>
      train(bc, lineDataset(), { steps: 2, resume: { header, state, ...changes } });
    const extra = { ...(state as object), spare: hostArray([1], [1]) };
    for (const changed of [lacking, extra, { ...lacking, scaler: hostArray([1], [1]) }]) {
      await expect(resume({ state: changed })).rejects.toMatchObject({ code: 'state-mismatch' });
    }
    expect(scaler).toBeDefined();
    for (const noise of [null, {}, { words: [0, 0, 0, 0], spareNormal: null }, { words: [1, 2, 3, '4'] }]) {
      const changed = { header: { ...(header as object), noise } };
      await expect(resume(changed)).rejects.toMatchObject({
        code: noise === null ? 'checkpoint-mismatch' : 'invalid-rng-state',
      });
    }
    for (const changed of [
      null,
      3,
      {},
      { ...(header as object), step: -1 },
      { ...(header as object), config: 1 },
    ]) {
      await expect(resume({ header: changed })).rejects.toMatchObject({ code: 'checkpoint-mismatch' });
    }
  });

  it('refuses metrics that are not one number each', async () => {
    const step: AnyStep = ({ state, batch }) => ({
      state,
      metrics: { actorLoss: batch.actions! },
    });
    const algorithm: AnyAlgorithm = { ...(bc as AnyAlgorithm), cycle: () => [step] };
    await expect(train(algorithm, lineDataset(), { steps: 1, config: settingsOf(bc) })).rejects.toThrow(
      "The metric 'actorLoss' is not one number. Expected a scalar, received a tensor of shape [16,1].",
    );
  });

  it('refuses to resume with another algorithm or another dataset', async () => {
    const run = await train(bc, lineDataset(), { steps: 1, config: settingsOf(bc) });
    const resume = await run.checkpoint();
    await expect(train(td3Bc, lineDataset(), { steps: 2, resume })).rejects.toThrow(
      /another algorithm. Expected td3-bc, received bc/,
    );
    await expect(train(bc, lineDataset(100), { steps: 2, resume })).rejects.toThrow(/another dataset/);
    await run.dispose();
  });
});

it('says plainly that batches are larger than any memory', async () => {
  const config = { batchSize: 2 ** 45 };
  await expect(train(bc, lineDataset(10), { steps: 1, config })).rejects.toMatchObject({
    code: 'out-of-memory',
  });
});
