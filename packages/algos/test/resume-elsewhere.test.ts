import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Checkpoint,
  type DeviceName,
  type HostArray,
  openDevice,
  type Tree,
  treeEntries,
} from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginPath } from '../../../test/fixtures';
import { iql } from '../src/algorithms/iql';
import { td3Bc } from '../src/algorithms/td3-bc';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { train } from '../src/engine/train';
import { toyDataset } from '../src/testing/toy-dataset';
import type { State } from './adam-tolerances';
import { checkpointAt } from './finish-training';
import { expectTrained } from './replay';
import { settingsOf } from './small-config';

const folder = mkdtempSync(join(tmpdir(), 'lamo-elsewhere-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where a training stops: the second step of two, and the first, so that it continues in the middle of a cycle, too. */
const STOPS = [6, 11];
const STEPS = 16;

/** A training up to a step, from where another one was left. */
async function begin(algorithm: AnyAlgorithm, config: object, device: DeviceName, resume?: Checkpoint) {
  const options = { steps: STEPS, seed: 3, config, device: await openDevice(device, { threads: 1 }) };
  const { config: _, ...resumed } = options;
  return train(algorithm, toyDataset(), resume === undefined ? options : { ...resumed, resume });
}

/** A training on one device after the other. @returns its states after each step on the last one, the last of them the end */
async function trainOn(algorithm: AnyAlgorithm, config: object, devices: readonly DeviceName[]) {
  let checkpoint: Checkpoint | undefined;
  for (const [i, device] of devices.slice(0, -1).entries()) {
    checkpoint = await checkpointAt(await begin(algorithm, config, device, checkpoint), STOPS[i]!, folder);
  }
  const run = await begin(algorithm, config, devices.at(-1)!, checkpoint);
  const states: Tree<HostArray>[] = [];
  for await (const _ of run) states.push(structuredClone(await run.state()));
  await run.dispose();
  return states;
}

const byPath = (state: Tree<HostArray>): State => new Map(treeEntries(state));

describe
  .skipIf(pluginPath() === undefined)
  .each<[string, AnyAlgorithm, object, parts: Record<string, string>]>([
    [
      'with delayed steps',
      td3Bc,
      // Engines may draw noise in ways of their own.
      { policyNoise: 0 },
      { actor: 'actorOptimizer', critics: 'criticOptimizer' },
    ],
    [
      'without delayed steps',
      iql,
      {},
      { actor: 'actorOptimizer', value: 'valueOptimizer', critics: 'criticOptimizer' },
    ],
  ])('a training %s', (_, algorithm, settings, parts) => {
  const config = { ...settingsOf(algorithm), ...settings };
  let alone: Tree<HostArray>[];
  beforeAll(async () => {
    alone = await trainOn(algorithm, config, ['cpu']);
  });

  it.each<DeviceName[][]>([[['cpu', 'xla', 'cpu']], [['xla', 'cpu', 'xla']]])(
    'that goes on elsewhere, on %s, ends where it would on cpu alone',
    async (devices) => {
      const end = (await trainOn(algorithm, config, devices)).at(-1) as Record<string, Tree<HostArray>>;
      const states = alone.map(byPath);
      for (const [part, optimizer] of Object.entries(parts)) {
        // As far apart as sums in another order leave the weights.
        expectTrained({ parts: [part], optimizer, learningRate: 1e-3, states }, end);
      }
    },
  );

  it.each<DeviceName>(['cpu', 'xla'])(
    'that stops and goes on, on %s, ends in the same bits as one that does not',
    async (device) => {
      const whole = device === 'cpu' ? alone : await trainOn(algorithm, config, [device]);
      const stopped = await trainOn(algorithm, config, [device, device, device]);
      expect(stopped.at(-1)).toEqual(whole.at(-1));
    },
  );
});
