import { type Dataset, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { train } from '../src/engine/train';
import type { TrainedPolicy } from '../src/kinds/policy';
import { settingsOf } from './small-config';

/** Places of the corridor; at either end an episode is over. */
const PLACES = 7;

/** What a step to the left, to the right, or none, does. */
const MOVES = [-1, 1, 0] as const;

/**
 * A walk in a corridor of seven places, whose right end pays 3, and each step costs 0.1. It always pays to go right,
 * and whoever logged it mostly did not: of ten actions six went left, two right and two nowhere. So imitation goes left, and only
 * rewards, carried on from the end, show what is better.
 */
export function corridorDataset(episodes = 300): Dataset {
  const rng = Rng.fromSeed(4);
  const observations: number[] = [];
  const actions: number[] = [];
  const rewards: number[] = [];
  const terminated: boolean[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    let place = 1 + rng.integer(PLACES - 2);
    while (place > 0 && place < PLACES - 1) {
      const action = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2][rng.integer(10)]!;
      observations.push(place);
      actions.push(action);
      place += MOVES[action]!;
      rewards.push(place === PLACES - 1 ? 3 : -0.1);
      terminated.push(place === 0 || place === PLACES - 1);
    }
  }
  const nextObservations = observations.map((place, i) => place + MOVES[actions[i]!]!);
  return createDataset({
    name: 'corridor',
    observations,
    actions,
    rewards,
    terminated,
    nextObservations,
    actionSpace: { kind: 'discrete', count: MOVES.length },
  });
}

/** What an algorithm does at each place between the ends, after it was trained. */
export async function choicesOf(
  algorithm: AnyAlgorithm,
  steps: number,
  config: Record<string, unknown> = {},
): Promise<number[]> {
  const run = await train(algorithm, corridorDataset(), {
    steps,
    device: await openDevice('cpu', { threads: 1 }), // products so small are not worth sharing
    every: 50,
    seed: 1,
    config: { ...settingsOf(algorithm), ...config },
  });
  for await (const _ of run);
  const policy: TrainedPolicy = await run.result();
  const places = Float32Array.from({ length: PLACES - 2 }, (_, i) => i + 1);
  policy.reset(places.length);
  const chosen = [...(await policy.act(places, new Float32Array(places.length)))];
  await policy.dispose();
  await run.dispose();
  return chosen;
}
