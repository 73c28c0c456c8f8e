import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { algorithmsOf } from '../src/engine/find-algorithm';
import { parseConfig } from '../src/engine/parse-config';
import { datasetKind } from '../src/kinds/dataset';
import { settingsOf } from './small-config';

const ROWS = 300;

/** Steps s' = s + a of a point in the plane, whose reward and end follow from s, in an order that says nothing. */
function shuffledSteps() {
  const rng = Rng.fromSeed(3);
  const steps = Array.from({ length: ROWS }, () => {
    const observation = [rng.uniform(-1, 1), rng.uniform(-1, 1)];
    const action = [rng.uniform(-1, 1), rng.uniform(-1, 1)];
    return {
      observation,
      action,
      reward: 2 * observation[0]! - observation[1]!,
      next: observation.map((x, i) => x + action[i]!),
      isEnd: observation[0]! > 0.8,
    };
  });
  return createDataset({
    observations: steps.map(({ observation }) => observation),
    actions: steps.map(({ action }) => action),
    rewards: steps.map(({ reward }) => reward),
    nextObservations: steps.map(({ next }) => next),
    terminated: steps.map(({ isEnd }) => isEnd),
  });
}

const dataset = shuffledSteps();

function openBatches(algorithm: AnyAlgorithm, settings: Readonly<Record<string, unknown>>) {
  const config = parseConfig(algorithm, { ...settingsOf(algorithm), ...settings });
  return algorithm.batches(dataset, config, Rng.fromSeed(0), {});
}

/** Those that learn from transitions say which ones in a setting. */
const onTransitions = [...algorithmsOf(datasetKind).values()].filter(
  ({ config }) => 'transitions' in config.shape,
);

describe.each(onTransitions)('$title on rows in no order, whose next observations are given', (algorithm) => {
  it('learns from what followed each row, or refuses where the order of rows would say that', async () => {
    const batches = await Promise.resolve()
      .then(() => openBatches(algorithm, {}))
      .catch((error) => error);
    if (batches instanceof Error) {
      // Next actions, and what was earned from there on, are nowhere but in the following rows.
      expect(['rebrac', 'cal-ql']).toContain(algorithm.name);
      expect(batches).toMatchObject({ code: 'rows-out-of-order' });
      return;
    }
    const { shapes, next } = batches;
    expect(Object.keys(shapes)).toEqual(
      expect.arrayContaining(['observations', 'actions', 'nextObservations']),
    );
    const sizes = Object.entries<readonly number[]>(shapes);
    const batch = Object.fromEntries(
      sizes.map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
    );
    const seen = new Set<number>();
    for (let i = 0; i < 50; i++) {
      next.call(batches, batch);
      const { observations, actions, nextObservations, rewards, terminated } = batch;
      for (const [row, reward] of rewards!.entries()) {
        const [x, y] = [observations![2 * row]!, observations![2 * row + 1]!];
        seen.add(x);
        // Sums and differences of two float32 between -2 and 3.
        const close = { absolute: 1e-6 };
        expect([reward, terminated![row]]).toBeAllClose([2 * x - y, x > 0.8 ? 1 : 0], close);
        if (terminated![row] === 1) continue;
        expect(nextObservations!.subarray(2 * row, 2 * row + 2)).toBeAllClose(
          [x + actions![2 * row]!, y + actions![2 * row + 1]!],
          close,
        );
      }
    }
    expect(seen.size).toBeGreaterThan(0.85 * ROWS); // 800 draws of 300 rows miss one in 14
  });

  it("refuses to take the following row for the next one, as D4RL's view does", async () => {
    await expect(async () => openBatches(algorithm, { transitions: 'd4rl' })).rejects.toMatchObject({
      code: 'rows-out-of-order',
    });
  });
});

it('is asked of every algorithm that bootstraps to find a policy of amounts', () => {
  // Who judges one refuses such rows: where episodes begin is unknown.
  const bootstrapping = [...algorithmsOf(datasetKind).values()].filter(
    ({ config, result, requires }) =>
      'discount' in config.shape && result.kind === 'policy' && requires.length === 0,
  );
  expect(onTransitions.map(({ name }) => name)).toEqual(bootstrapping.map(({ name }) => name));
});
