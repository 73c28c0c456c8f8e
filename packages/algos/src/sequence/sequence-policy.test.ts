import { createDataset, Rng } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { dt } from '../algorithms/dt';
import { parseConfig } from '../parse-config';

/** The best return is 12, of two. */
const dataset = createDataset({
  observations: [0.1, 0.7, -0.4],
  actions: [0.1, 0.2, 0.3],
  rewards: [12, 3, 1],
  terminated: [1, 0, 1],
});

/** What a policy with some settings does in two steps, and what it asks for where nobody says otherwise. */
async function act(given: object, targetReturns?: readonly number[]) {
  const small = { width: 8, layers: 1, contextLength: 2, maxTimesteps: 4, normaliseObservations: false };
  const config = parseConfig(dt, { ...small, ...given }) as never;
  const state = await dt.init(dataset, config, Rng.fromSeed(1), {});
  const spec = { observationSize: 1, actionSize: 1 };
  const policy = dt.policy.create(await openDevice('cpu', { threads: 1 }), {
    state: state as never,
    spec,
    config,
    loaded: {},
  });
  policy.reset(1, targetReturns);
  const actions: number[] = [];
  for (const [observation, reward] of [
    [0.3, 0],
    [-0.2, 2],
  ] as const) {
    actions.push(...(await policy.act(Float32Array.of(observation), Float32Array.of(reward))));
  }
  await policy.dispose();
  return { actions, asked: [...policy.targetReturns] };
}

describe('a policy that follows a return', () => {
  it('asks for the best return of the data, or for what its settings say', async () => {
    const best = await act({});
    expect(best.asked).toEqual([12]);
    const told = await act({ targetReturns: [12, 5] });
    expect(told.asked).toEqual([12, 5]);
    expect(told.actions).toEqual(best.actions);
    expect((await act({}, [12])).actions).toEqual(best.actions);
    expect((await act({}, [-12])).actions).not.toEqual(best.actions);
  });

  it('reads what is left of it in the unit that windows were drawn in', async () => {
    // Half of a return in half of the unit is as much; so are half of the rewards, of which there are none in the first step.
    const [whole] = (await act({ returnScale: 4 }, [6])).actions;
    const [half] = (await act({ returnScale: 2 }, [3])).actions;
    const [other] = (await act({ returnScale: 2 }, [6])).actions;
    expect(half).toBe(whole);
    expect(other).not.toBe(whole);
  });

  it('remembers what it did', async () => {
    const { actions } = await act({ returnScale: 4 }, [6]);
    const { actions: short } = await act({ returnScale: 4, contextLength: 1 }, [6]);
    // The first step has nothing to remember; the second one does.
    expect(short[0]).toBeCloseTo(actions[0]!, 6);
    expect(short[1]).not.toBeCloseTo(actions[1]!, 4);
  });
});
