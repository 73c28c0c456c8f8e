import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { distanceToBest, lineDataset } from '../test/line-task';
import { settingsOf } from '../test/small-config';
import type { AnyAlgorithm } from './algorithm';
import { awac, bc, dt, lamo, td3Bc, wikiRl } from './registry';
import type { TrainingStep } from './stepper';
import { type TrainingRun, train } from './train';

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
    await expect(collect(run)).rejects.toThrow(/'actorLoss' of step \d+ is no finite number/);
    await run.dispose();
  });

  it('refuses metrics that are not one number each', async () => {
    const actor: AnyAlgorithm['steps'][string] = ({ state, batch }) => ({
      state,
      metrics: { actorLoss: batch.actions! },
    });
    const algorithm: AnyAlgorithm = { ...(bc as AnyAlgorithm), steps: { actor } };
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
