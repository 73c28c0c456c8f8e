import { type Dataset, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { type TrainOptions, train } from '../src/engine/train';
import type { TrainedPolicy } from '../src/kinds/policy';
import { settingsOf } from './small-config';

/**
 * One-step choices on a line: observation x, action a, reward −(a − x / 2)². The logger acted at random, so its
 * own actions are not a guide, and rewards are.
 */
export function lineDataset(rows = 2000): Dataset {
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

/** Mean squared distance of a policy's actions to the best ones, x / 2. */
export async function distanceToBest(
  algorithm: AnyAlgorithm,
  steps: number,
  config: Record<string, unknown>,
  more: Pick<TrainOptions, 'initial' | 'device'> = {},
): Promise<number> {
  const run = await train(algorithm, lineDataset(), {
    steps,
    device: await openDevice('cpu', { threads: 1 }), // products so small are not worth sharing
    every: 50, // many at once: it is quicker, and the result is the same
    seed: 1,
    config: { ...settingsOf(algorithm), ...config },
    ...more,
  });
  for await (const _ of run);
  const policy: TrainedPolicy = await run.result();
  const observations = Float32Array.from({ length: 41 }, (_, i) => i / 20 - 1);
  policy.reset(41);
  const actions = await policy.act(observations, new Float32Array(41));
  const total = actions.reduce((sum, a, i) => sum + (a - observations[i]! / 2) ** 2, 0);
  await policy.dispose();
  await run.dispose();
  return total / 41;
}
