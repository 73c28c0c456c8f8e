import { type Dataset, Rng } from '@lamo/core';
import { createDataset, holdOutEpisodes } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { lineDataset } from '../../test/line-task';
import { settingsOf } from '../../test/small-config';
import type { TrainedPolicy } from '../kinds/policy';
import { bc, td3Bc } from '../registry';
import type { AnyAlgorithm } from './algorithm';
import { type TrainOptions, train } from './train';

const device = await openDevice('cpu', { threads: 1 });
const heldOut = 0.25;

async function open(algorithm: AnyAlgorithm, dataset: Dataset, options: Partial<TrainOptions> = {}) {
  const { config, ...more } = options;
  const run = await train(algorithm, dataset, {
    ...{ steps: 10, device, heldOut, config: { ...settingsOf(algorithm), ...config } },
    ...more,
  });
  const toEnd = async () => {
    for await (const _ of run);
  };
  return { run, toEnd };
}

/** Decisions of one step, all of them the same action but for those that are held out, which are the opposite. */
function opposites(): Dataset {
  const rows = 200;
  const { heldOut: apart } = holdOutEpisodes(withActions(Array.from({ length: rows }, (_, i) => [i])), 0.25);
  const isApart = new Set(apart.actions);
  return withActions(Array.from({ length: rows }, (_, i) => [isApart.has(i) ? 0.5 : -0.5]));
}

function withActions(actions: number[][]): Dataset {
  const rng = Rng.fromSeed(2);
  return createDataset({
    observations: actions.map(() => [rng.uniform(-1, 1)]),
    actions,
    rewards: actions.map(([a]) => a!),
    terminated: actions.map(() => true),
  });
}

describe('what is held out', () => {
  it('is never learned from, and measured as it is', async () => {
    const { run, toEnd } = await open(bc, opposites(), {
      steps: 300,
      every: 50,
      config: { learningRate: 1e-2 },
    });
    // Whichever side the policy leans to at first, it is less sure of it.
    expect((await run.measureHeldOut())!.actorLoss).toBeLessThan(0.9);
    await toEnd();
    const metrics = await run.measureHeldOut();
    // The policy says −0.5 everywhere: an error of (0.5 + 0.5)² where it is measured; none if it had seen those rows.
    expect(metrics!.actorLoss).toBeCloseTo(1, 2);
    await run.dispose();
  });

  it('is measured by the step’s own loss, on eight batches that are always the same', async () => {
    const dataset = lineDataset(400);
    const seed = 3;
    const { run, toEnd } = await open(bc, dataset, { seed });
    await toEnd();
    const { actorLoss } = (await run.measureHeldOut())!;
    expect((await run.measureHeldOut())!.actorLoss).toBe(actorLoss);

    const policy = (await run.result()) as TrainedPolicy;
    const config = bc.config.parse(run.config);
    const { heldOut: apart } = holdOutEpisodes(dataset, heldOut);
    const source = await bc.batches(apart, config, Rng.fromSeed(seed).split('held-out'), {});
    const rows = config.batchSize;
    const batch = { observations: new Float32Array(rows), actions: new Float32Array(rows) };
    let sum = 0;
    for (let i = 0; i < 8; i++) {
      source.next(batch);
      policy.reset(rows);
      const actions = await policy.act(batch.observations, new Float32Array(rows));
      sum += actions.reduce((total, action, row) => total + (action - batch.actions[row]!) ** 2, 0);
    }
    expect(actorLoss).toBeCloseTo(sum / (8 * rows), 6); // float32
    await policy.dispose();
    await run.dispose();
  });

  it('stays the same where a training continues, which need not be told', async () => {
    const { run, toEnd } = await open(td3Bc, lineDataset(400));
    await toEnd();
    const checkpoint = structuredClone(await run.checkpoint());
    const measured = await run.measureHeldOut();
    const again = await train(td3Bc, lineDataset(400), { steps: 20, device, resume: checkpoint });
    expect(await again.measureHeldOut()).toEqual(measured);
    await Promise.all([run.dispose(), again.dispose()]);
  });

  it('has rewards that are normalised by the returns of what is learned from', async () => {
    const config = { normaliseRewards: 'return-range' };
    // No update in between, and nothing but the scale of rewards differs: the loss of zero networks is the mean square of rewards.
    const criticLoss = async (dataset: Dataset) => {
      const { run } = await open(td3Bc, dataset, { config: { ...config, discount: 0 } });
      const { criticLoss } = (await run.measureHeldOut())!;
      await run.dispose();
      return criticLoss!;
    };
    const dataset = lineDataset(400);
    const { heldOut: apart } = holdOutEpisodes(dataset, heldOut);
    const least = Math.min(...apart.rewards);
    // The worst decision of all, among those to learn from, widens the range of returns by ten, and shrinks all rewards.
    const widened = Float32Array.from(dataset.rewards);
    const row = dataset.rewards.findIndex((reward) => !apart.rewards.includes(reward));
    widened[row] = 10 * least;
    expect(await criticLoss({ ...dataset, rewards: widened })).toBeLessThan(
      0.1 * (await criticLoss(dataset)),
    );
  });

  it('is refused where nothing can be', async () => {
    await expect(open(bc, lineDataset(1))).rejects.toMatchObject({ code: 'out-of-range' });
    await expect(open(bc, lineDataset(100), { heldOut: 0 })).rejects.toMatchObject({ code: 'out-of-range' });
    const holdsOutNothing = { ...bc, data: { ...bc.data, holdOut: undefined } } as unknown as AnyAlgorithm;
    await expect(open(holdsOutNothing, lineDataset(100))).rejects.toThrow(
      /Nothing of a dataset can be held out/,
    );
  });

  it('is null where nothing is', async () => {
    const run = await train(bc, lineDataset(100), { steps: 1, device, config: settingsOf(bc) });
    expect(await run.measureHeldOut()).toBeNull();
    await run.dispose();
  });
});
