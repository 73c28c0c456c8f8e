import { createDataset, type Dataset, Rng } from '@lamo/data';
import { openDevice, treeEntries } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import type { AnyAlgorithm } from './algorithm';
import { algorithms } from './lookup';
import { bc, dt, lamo, td3Bc, wikiRl } from './registry';
import type { TrainingStep } from './stepper';
import { type TrainingRun, train } from './train';

/**
 * One-step choices on a line: observation x, action a, reward −(a − x / 2)². The logger acted at random, so its
 * own actions are no guide, and rewards are.
 */
function lineDataset(rows = 2000): Dataset {
  const rng = Rng.fromSeed(5);
  const observations = Float32Array.from({ length: rows }, () => rng.uniform(-1, 1));
  const actions = Float32Array.from({ length: rows }, () => rng.uniform(-1, 1));
  const rewards = actions.map((a, i) => -((a - observations[i]! / 2) ** 2));
  const terminated = new Uint8Array(rows).fill(1);
  const truncated = new Uint8Array(rows);
  return createDataset({
    name: 'line',
    observationSize: 1,
    actionSize: 1,
    observations,
    actions,
    rewards,
    terminated,
    truncated,
  });
}

/** Of the settings of any algorithm; the backbone is the nano model's size. */
const SMALL = {
  hiddenSize: 32,
  batchSize: 16,
  width: 16,
  layers: 1,
  contextLength: 2,
  maxTimesteps: 10,
  clusters: 10,
};

/** Small sizes, of the settings that an algorithm has. */
function smallConfig({ config }: AnyAlgorithm): Record<string, unknown> {
  return Object.fromEntries(Object.entries(SMALL).filter(([name]) => name in config.shape));
}

/** An input of a policy's ONNX file at the first step of episodes: the newest step is the last of each window. */
function firstStep(
  name: string,
  shape: readonly number[],
  observations: Float32Array,
  targetReturn = 0,
): Float32Array {
  const values = new Float32Array(shape.reduce((size, length) => size * length));
  const newest: Readonly<Record<string, ArrayLike<number>>> = {
    observations,
    returnsToGo: [targetReturn, targetReturn, targetReturn],
    mask: [1, 1, 1],
  };
  const perEpisode = values.length / observations.length;
  for (const [i, value] of Array.from(newest[name] ?? []).entries()) values[(i + 1) * perEpisode - 1] = value;
  return values;
}

async function collect(run: TrainingRun): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for await (const step of run) steps.push(step);
  return steps;
}

async function weights(run: TrainingRun): Promise<[string, number[]][]> {
  return treeEntries(await run.state()).map(([path, { data }]) => [path, [...data]]);
}

describe.each([...algorithms.values()].map((algorithm) => [algorithm.name, algorithm] as const))(
  '%s',
  (_, algorithm) => {
    it('gives identical metrics and weights for equal seeds, and others for other seeds', async () => {
      const once = async (seed: number) => {
        const run = await train(algorithm, lineDataset(), {
          steps: 20,
          seed,
          config: smallConfig(algorithm),
        });
        const result = { steps: await collect(run), weights: await weights(run) };
        await run.dispose();
        return result;
      };
      const first = await once(3);
      expect(await once(3)).toEqual(first);
      expect((await once(4)).steps).not.toEqual(first.steps);
    });

    it('gives the same result whatever the number of threads', async () => {
      const dataset = lineDataset();
      const withThreads = async (threads: number) => {
        const device = await openDevice('cpu', { threads });
        // The full width and batch: large enough for onnxruntime to share the work.
        const { contextLength } = smallConfig(algorithm);
        const config = contextLength === undefined ? {} : { contextLength };
        const run = await train(algorithm, dataset, { steps: 6, seed: 3, device, config });
        const result = { steps: await collect(run), weights: await weights(run) };
        await run.dispose();
        return result;
      };
      expect(await withThreads(2)).toEqual(await withThreads(1));
    });

    it('ends with the same weights whether it takes steps one by one or many at once', async () => {
      const dataset = lineDataset();
      const upTo = async (steps: number, every: number) => {
        const run = await train(algorithm, dataset, {
          steps,
          every,
          seed: 3,
          config: smallConfig(algorithm),
        });
        const last = (await collect(run)).at(-1)!;
        const result = {
          step: last.step,
          weights: await weights(run),
          batches: (await run.checkpoint()).header,
        };
        await run.dispose();
        return result;
      };
      // 27 = 1 + 3 · 8 + 2: blocks of eight, and single steps around them.
      expect(await upTo(27, 13)).toEqual(await upTo(27, 1));
    });

    it('reports the mean of each metric over the steps since its last report', async () => {
      const dataset = lineDataset();
      const one = await train(algorithm, dataset, { steps: 20, seed: 3, config: smallConfig(algorithm) });
      const many = await train(algorithm, dataset, {
        steps: 20,
        every: 10,
        seed: 3,
        config: smallConfig(algorithm),
      });
      const singles = await collect(one);
      const means = await collect(many);
      expect(means.map(({ step }) => step)).toEqual([10, 20]);
      for (const metric of Object.keys(means[1]!.metrics)) {
        const values = singles.slice(10).flatMap(({ metrics }) => metrics[metric] ?? []);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(means[1]!.metrics[metric]).toBeCloseTo(mean, 10);
      }
      for (const run of [one, many]) await run.dispose();
    });

    it('goes on from a checkpoint exactly as if it had not stopped', async () => {
      const dataset = lineDataset();
      const whole = await train(algorithm, dataset, { steps: 21, seed: 3, config: smallConfig(algorithm) });
      const expected = await collect(whole);
      const half = await train(algorithm, dataset, { steps: 9, seed: 3, config: smallConfig(algorithm) });
      const before = await collect(half);
      const resume = structuredClone(await half.checkpoint());
      const resumed = await train(algorithm, dataset, { steps: 21, resume });
      expect([...before, ...(await collect(resumed))]).toEqual(expected);
      expect(await weights(resumed)).toEqual(await weights(whole));
      for (const run of [whole, half, resumed]) await run.dispose();
    });

    it('describes every metric that it reports', async () => {
      const run = await train(algorithm, lineDataset(), { steps: 4, config: smallConfig(algorithm) });
      const names = new Set((await collect(run)).flatMap(({ metrics }) => Object.keys(metrics)));
      expect(names.size).toBeGreaterThan(0);
      // Some metrics are there only with some settings.
      expect(Object.keys(algorithm.metrics)).toEqual(expect.arrayContaining([...names]));
      await run.dispose();
    });

    it('acts the same batched, one by one, and from its ONNX file', async () => {
      const run = await train(algorithm, lineDataset(), { steps: 5, config: smallConfig(algorithm) });
      for await (const _ of run);
      const policy = await run.policy();
      const observations = Float32Array.of(-0.7, 0.1, 0.9);
      policy.reset(3);
      const together = (await policy.act(observations, new Float32Array(3))).slice();
      const alone: number[] = [];
      for (const x of observations) {
        policy.reset(1);
        alone.push((await policy.act(Float32Array.of(x), new Float32Array(1)))[0]!);
      }
      // Products of other sizes may add up in another order: float32 rounding only.
      expect(alone).toBeAllClose(together, { absolute: 1e-6 });

      const ort = await import('onnxruntime-node');
      const session = await ort.InferenceSession.create(await run.exportOnnx(3));
      const feeds = session.inputMetadata.map((input) => {
        const shape = (input as { shape: readonly number[] }).shape;
        const values = firstStep(input.name, shape, observations, policy.targetReturns[0]);
        return [input.name, new ort.Tensor('float32', values, shape)];
      });
      const { actions } = await session.run(Object.fromEntries(feeds));
      expect(actions!.data as Float32Array).toBeAllClose(together, { absolute: 1e-6 });
      await session.release();
      await policy.dispose();
      await run.dispose();
    });
  },
);

/** Mean squared distance of a policy's actions to the best ones, x / 2. */
async function distanceToBest(
  algorithm: AnyAlgorithm,
  steps: number,
  config: Record<string, unknown>,
): Promise<number> {
  const run = await train(algorithm, lineDataset(), {
    steps,
    seed: 1,
    config: { ...smallConfig(algorithm), ...config },
  });
  for await (const _ of run);
  const policy = await run.policy();
  const observations = Float32Array.from({ length: 41 }, (_, i) => i / 20 - 1);
  policy.reset(41);
  const actions = await policy.act(observations, new Float32Array(41));
  const total = actions.reduce((sum, a, i) => sum + (a - observations[i]! / 2) ** 2, 0);
  await policy.dispose();
  await run.dispose();
  return total / 41;
}

describe('learning from random choices', () => {
  it('finds better actions than the data with TD3+BC', async () => {
    // Imitating random actions gives 0 on average, at a distance of 1/12 from x / 2.
    expect(await distanceToBest(td3Bc, 2000, { learningRate: 1e-3, alpha: 20 })).toBeLessThan(0.02);
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
          config: smallConfig(td3Bc),
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
      config: { ...smallConfig(bc), learningRate: 1e38 },
    });
    await expect(collect(run)).rejects.toThrow(/'actorLoss' of step \d+ is no finite number/);
    await run.dispose();
  });

  it('refuses to resume with another algorithm or another dataset', async () => {
    const run = await train(bc, lineDataset(), { steps: 1, config: smallConfig(bc) });
    const resume = await run.checkpoint();
    await expect(train(td3Bc, lineDataset(), { steps: 2, resume })).rejects.toThrow(
      /another algorithm. Expected td3-bc, received bc/,
    );
    await expect(train(bc, lineDataset(100), { steps: 2, resume })).rejects.toThrow(/another dataset/);
    await run.dispose();
  });
});
