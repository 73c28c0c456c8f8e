import { type DeviceName, openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { pluginPath } from '../../../test/fixtures';
import { cql } from '../src/algorithms/cql';
import { dt } from '../src/algorithms/dt';
import { td3Bc } from '../src/algorithms/td3-bc';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { loadResult } from '../src/engine/load-result';
import { train } from '../src/engine/train';
import type { TrainedPolicy } from '../src/kinds/policy';
import { playToy } from '../src/testing/play-toy';
import { type ToyActions, toyDataset } from '../src/testing/toy-dataset';
import { settingsOf } from './small-config';

/** What a policy does in a few steps of three episodes, then in one alone: each number of episodes is a program of its own. */
async function play(policy: TrainedPolicy) {
  const played = [...(await playToy(policy)), ...(await playToy(policy, [1]))];
  await policy.dispose();
  return played.flat();
}

describe.skipIf(pluginPath() === undefined).each<[string, AnyAlgorithm, ToyActions]>([
  ['from what it sees', td3Bc, 'amounts'],
  ['from what it has seen, and for a return', dt, 'amounts'],
  ['by choosing classes', cql, 'classes'],
])('a policy that acts %s', (_, algorithm, actions) => {
  it('acts on XLA as on cpu: trained there, or loaded from a checkpoint', async () => {
    const on = (name: DeviceName) => openDevice(name, { threads: 1 });
    const config = settingsOf(algorithm);
    const run = await train(algorithm, toyDataset(actions), { steps: 4, config, device: await on('xla') });
    for await (const _ of run);
    const checkpoint = structuredClone(await run.checkpoint());
    const trained = await play(await run.result());
    const loaded = await play(await loadResult(algorithm, checkpoint, await on('xla')));
    const elsewhere = await play(await loadResult(algorithm, checkpoint, await on('cpu')));
    await run.dispose();
    expect(loaded).toEqual(trained);
    expect(loaded).toBeAllClose(elsewhere, { absolute: 1e-6 }); // actions within ±1, in float32
  });
});
