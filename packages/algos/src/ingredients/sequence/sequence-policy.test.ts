import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { type HostArray, importOnnxRuntime, mapTree, openDevice, type TreeRecord } from '@lamo/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { dt } from '../../algorithms/dt';
import { parseConfig } from '../../engine/parse-config';
import { POLICY_FILE } from '../../kinds/policy';

const folder = mkdtempSync(join(tmpdir(), 'lamo-sequence-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The best return is 12, of two. */
const dataset = createDataset({
  observations: [0.1, 0.7, -0.4],
  actions: [0.1, 0.2, 0.3],
  rewards: [12, 3, 1],
  terminated: [1, 0, 1],
});

/** What a policy with some settings does in two steps, what it asks for where nobody says otherwise, and its model as a file. */
async function act(given: object, targetReturns?: readonly number[]) {
  const small = { width: 8, layers: 1, contextLength: 2, maxTimesteps: 4, normaliseObservations: false };
  const config = parseConfig(dt, { ...small, ...given }) as never;
  // At their first, small weights all actions are alike.
  const drawn = (await dt.init(dataset, config, Rng.fromSeed(1), {})) as TreeRecord<HostArray>;
  const state = mapTree(
    {
      ...drawn,
      scaler: dt.fit.scaler!(dataset, config),
      conditioning: dt.fit.conditioning!(dataset, config),
    },
    ({ shape, data }, path) => ({
      shape,
      data: path.startsWith('parameters/') ? data.map((weight) => 3 * weight) : data,
    }),
  );
  const spec = { observationSize: 1, actionSize: 1 };
  const parts = { state: state as never, spec, config, loaded: {} };
  const policy = await dt.result.create(await openDevice('cpu', { threads: 1 }), parts);
  policy.reset(1, targetReturns);
  const actions: number[] = [];
  for (const [observation, reward] of [
    [0.3, 0],
    [-0.2, 2],
  ] as const) {
    actions.push(...(await policy.act(Float32Array.of(observation), Float32Array.of(reward))));
  }
  await policy.dispose();
  dt.result.save(folder, parts);
  return { actions, asked: [...policy.targetReturns], file: readFileSync(join(folder, POLICY_FILE)) };
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
    // And of a small one: actions for large returns are near their bounds, where several may be rounded alike.
    const [small] = (await act({ returnScale: 4 }, [0.5])).actions;
    expect((await act({ returnScale: 2 }, [0.25])).actions[0]).toBe(small);
  });

  it('remembers what it did: its second step is that of its exported model with the first action in the window', async () => {
    const { actions, file } = await act({ returnScale: 4 }, [6]);
    const second = (previous: number) => secondStep(file, previous);
    expect(await second(actions[0]!)).toBeCloseTo(actions[1]!, 6); // two sessions, sums of float32
    expect(await second(0)).not.toBeCloseTo(actions[1]!, 5);
  });
});

/** What an exported model does in the second step of {@link act} with a target of 6. */
async function secondStep(file: Uint8Array, previousAction: number): Promise<number> {
  const { InferenceSession, Tensor } = await importOnnxRuntime();
  const session = await InferenceSession.create(file);
  const window = (values: readonly number[], ...width: number[]) =>
    new Tensor('float32', Float32Array.from(values), [1, 2, ...width]);
  const { actions } = await session.run({
    observations: window([0.3, -0.2], 1),
    previousActions: window([previousAction, 0], 1),
    returnsToGo: window([6, 6 - 2]),
    timesteps: window([0, 1]),
    mask: window([1, 1]),
  });
  await session.release();
  return (actions!.data as Float32Array)[0]!;
}
