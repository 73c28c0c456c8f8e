import { type DatasetWarning, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import {
  type Checkpoint,
  type Device,
  type HostArray,
  openDevice,
  type Tree,
  treeEntries,
} from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { pluginPath } from '../../../../test/fixtures';
import { dt } from '../algorithms/dt';
import { iql } from '../algorithms/iql';
import { td3Bc } from '../algorithms/td3-bc';
import { type TrainOptions, train } from './train';

const rng = Rng.fromSeed(5);
const rows = Array.from({ length: 300 }, (_, row) => ({
  position: [rng.uniform(-2, 2), rng.uniform(-2, 2)],
  pull: [rng.uniform(-1, 1), rng.uniform(-1, 1)],
  isLast: row % 20 === 19,
}));
/** A point in the plane, in episodes of 20 steps. */
const dataset = createDataset({
  name: 'points',
  observations: rows.map(({ position }) => position),
  actions: rows.map(({ pull }) => pull),
  rewards: rows.map(({ position }) => -Math.hypot(...position)),
  terminated: rows.map(({ isLast }, row) => isLast && row % 40 === 39),
  truncated: rows.map(({ isLast }, row) => isLast && row % 40 !== 39),
});

const small = { hiddenSize: 16, batchSize: 8 };
const windows = {
  ...{ width: 16, layers: 1, heads: 1, contextLength: 4, maxTimesteps: 20, batchSize: 8 },
  ...{ dropout: 0, warmupSteps: 10 },
};

type AnyOptions = Omit<TrainOptions, 'config' | 'preset'>;

/** Trains, and returns what was learned, with the metrics of each step. */
async function finish(
  algorithm: typeof td3Bc | typeof iql | typeof dt,
  options: AnyOptions & { config: object },
) {
  const metrics: Readonly<Record<string, number>>[] = [];
  const onStep = (_: number, each: Readonly<Record<string, number>>) => metrics.push(each);
  const run = await train(algorithm as typeof td3Bc, dataset, { seed: 3, every: 100, onStep, ...options });
  for await (const _ of run);
  const end = { state: await run.state(), checkpoint: await run.checkpoint(), metrics };
  await run.dispose();
  return end;
}

/** Where a checkpoint says that the batches are. */
const batchesOf = ({ checkpoint }: { checkpoint: Checkpoint }) =>
  (checkpoint.header as { batches: unknown }).batches;

function expectClose(received: Tree<HostArray>, expected: Tree<HostArray>, closeness: object): void {
  const leaves = new Map(treeEntries(received));
  for (const [path, { data }] of treeEntries(expected)) {
    expect(leaves.get(path)!.data, path).toBeAllClose(data, closeness);
  }
}

describe.skipIf(pluginPath() === undefined)(
  'a training whose steps are taken in a loop on the device',
  () => {
    it.each([
      { name: 'transitions', algorithm: iql, config: small },
      { name: 'windows', algorithm: dt, config: windows },
    ])('is the same as one step by step: $name', { timeout: 120_000 }, async ({ algorithm, config }) => {
      const expected = await finish(algorithm as never, {
        config,
        steps: 10,
        device: await openDevice('cpu'),
      });
      const received = await finish(algorithm as never, {
        config,
        steps: 10,
        device: await openDevice('xla'),
      });
      // Ten steps of Adam, whose quotients of small gradients enlarge the last digits.
      expectClose(received.state, expected.state, { relative: 1e-3, absolute: 2e-5 });
      expect(received.metrics.length).toBe(10);
      received.metrics.forEach((metrics, i) => {
        expect(Object.keys(metrics).sort()).toEqual(Object.keys(expected.metrics[i]!).sort());
        for (const [name, value] of Object.entries(metrics)) {
          expect(value, name).toBeCloseTo(expected.metrics[i]![name]!, 3);
        }
      });
      expect(batchesOf(received)).toEqual(batchesOf(expected));
    });

    it('continues to the last bit, noise included, wherever it was stopped', {
      timeout: 120_000,
    }, async () => {
      const device = await openDevice('xla');
      const config = small;
      const whole = await finish(td3Bc, { config, steps: 9, device });
      const begun = await finish(td3Bc, { config, steps: 3, device });
      const ended = await finish(td3Bc, { config, steps: 9, device, resume: begun.checkpoint } as never);
      expect(ended.state).toEqual(whole.state);
      const { metrics } = whole;
      // The actor learns in every second step.
      expect(metrics.map((each) => 'actorLoss' in each)).toEqual(metrics.map((_, i) => i % 2 === 1));
      const other = await finish(td3Bc, { config, steps: 9, device, seed: 4 });
      expect(other.state).not.toEqual(whole.state);
    });

    it('is the same where the data do not fit on the device, and says so', async () => {
      const device = await openDevice('xla');
      const codes: string[] = [];
      const options = { config: small, steps: 5, onWarning: ({ code }: DatasetWarning) => codes.push(code) };
      const resident = await finish(iql as never, { ...options, device });
      expect(codes).toEqual([]);
      const full: Device = Object.assign(Object.create(device), { freeMemory: () => 1000 });
      const fed = await finish(iql as never, { ...options, device: full });
      expect(codes).toEqual(['data-not-resident']);
      // The same numbers by another program.
      expectClose(fed.state, resident.state, { relative: 1e-4, absolute: 1e-6 });
    });
  },
);
