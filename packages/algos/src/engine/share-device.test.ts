import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { type Device, openDevice, shareDevice, type Tree, treeEntries } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { pluginPath } from '../../../../test/fixtures';
import { loopDevice } from '../../../../test/loop-device';
import { dt } from '../algorithms/dt';
import { iql } from '../algorithms/iql';
import { td3Bc } from '../algorithms/td3-bc';
import type { AnyAlgorithm } from './algorithm';
import { type TrainOptions, train } from './train';

const rng = Rng.fromSeed(5);
const points = Array.from({ length: 300 }, () => [rng.uniform(-2, 2), rng.uniform(-2, 2)]);
/** A point in the plane, in episodes of 20 steps. */
const dataset = createDataset({
  name: 'points',
  observations: points,
  actions: points.map(([x]) => [Math.tanh(x!)]),
  rewards: points.map((point) => -Math.hypot(...point)),
  terminated: points.map((_, row) => row % 20 === 19),
});

const small = { hiddenSize: 16, batchSize: 8 };
const windows = {
  ...{ width: 16, layers: 1, heads: 1, contextLength: 4, maxTimesteps: 20, batchSize: 8 },
  ...{ dropout: 0.1, warmupSteps: 10 },
};

type Options = Omit<TrainOptions, 'preset' | 'config'> & { readonly config?: object };

/** Trains to the end: the weights, the metrics of each step, and the checkpoint. */
async function finish(algorithm: AnyAlgorithm, options: Options) {
  const metrics: Readonly<Record<string, number>>[] = [];
  const onStep = (_: number, each: Readonly<Record<string, number>>) => metrics.push(each);
  const run = await train(algorithm, dataset as never, { every: 4, onStep, ...options } as never);
  // A state that is read on the way must not be taken for the last one.
  for await (const _ of run) await run.state();
  const end = { state: await run.state(), checkpoint: await run.checkpoint(), metrics };
  await run.dispose();
  return end;
}

/** Trains one seed at each place. */
function finishTogether(algorithm: AnyAlgorithm, device: Device, options: readonly Options[]) {
  const places = shareDevice(device, options.length);
  return Promise.allSettled(
    places.map((place, i) =>
      finish(algorithm, { device: place, ...options[i]! }).finally(() => place.leave()),
    ),
  );
}

function expectClose(received: unknown, expected: { readonly state: Tree<never> }): void {
  const leaves = new Map(treeEntries((received as { state: Tree<{ data: Float32Array }> }).state));
  for (const [path, { data }] of treeEntries<{ data: Float32Array }>(expected.state)) {
    // The same steps by another program; Adam's quotients of small gradients enlarge the last digits.
    expect(leaves.get(path)!.data, path).toBeAllClose(data, { relative: 1e-3, absolute: 2e-5 });
  }
}

const devices = [
  { name: 'loops on cpu', open: loopDevice },
  ...(pluginPath() === undefined ? [] : [{ name: 'xla', open: () => openDevice('xla') }]),
];

describe.each(devices)('several seeds on one device ($name)', ({ open }) => {
  it.each([
    { algorithm: td3Bc, config: small },
    { algorithm: iql, config: small },
    { algorithm: dt, config: windows },
  ])('leave what each leaves alone: $algorithm.name', async ({ algorithm, config }) => {
    const seeds = [3, 4, 5].map((seed) => ({ seed, config, steps: 7 }));
    const device = await open();
    const together = await finishTogether(algorithm, device, seeds);
    for (const [i, options] of seeds.entries()) {
      const alone = await finish(algorithm, { ...options, device });
      const { value } = together[i] as PromiseFulfilledResult<typeof alone>;
      expectClose(value, alone as never);
      expect(value.metrics.map(Object.keys)).toEqual(alone.metrics.map(Object.keys));
      const numbers = (metrics: typeof alone.metrics) => metrics.flatMap((each) => Object.values(each));
      expect(numbers(value.metrics)).toBeAllClose(numbers(alone.metrics), { relative: 1e-3, absolute: 1e-4 });
      expect((value.checkpoint.header as { batches: object }).batches).toEqual(
        (alone.checkpoint.header as { batches: object }).batches,
      );
    }
  });

  it.each([
    { from: 'one step', begun: [4, 4] },
    { from: 'different steps', begun: [4, 7, 2] },
  ])('continue from checkpoints at $from as if they had not been stopped', async ({ begun }) => {
    const device = await open();
    const seeds = begun.map((_, i) => ({ seed: 3 + i, config: small, steps: 9 }));
    const whole = await finishTogether(td3Bc, device, seeds);
    const stopped = await finishTogether(
      td3Bc,
      device,
      seeds.map((options, i) => ({ ...options, steps: begun[i]! })),
    );
    const resumed = stopped.map((run) => {
      const { checkpoint } = (run as PromiseFulfilledResult<Awaited<ReturnType<typeof finish>>>).value;
      return { steps: 9, resume: checkpoint };
    });
    const ended = await finishTogether(td3Bc, device, resumed);
    const stateOf = (run: unknown) => (run as { value: { state: unknown } }).value.state;
    expect(ended.map(stateOf)).toEqual(whole.map(stateOf));
  });

  it('go on without one that fails', async () => {
    const device = await open();
    const seeds = [3, 4, 5].map((seed) => ({ seed, config: small, steps: 6 }));
    const expected = await finish(td3Bc, { ...seeds[2]!, device });
    const options = seeds.map((one, i) => {
      const onStep = (step: number) => {
        if (i === 1 && step === 3) throw new Error('enough');
      };
      return i === 1 ? { ...one, onStep } : one;
    });
    const [first, failed, last] = await finishTogether(td3Bc, device, options);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    expectClose((last as PromiseFulfilledResult<object>).value, expected as never);
  });

  it('are refused if they learn from different data', async () => {
    const places = shareDevice(await open(), 2);
    const other = createDataset({ ...sameShape(), rewards: points.map(() => 1) });
    const trainings = await Promise.allSettled(
      [dataset, other].map((data, i) => train(td3Bc, data, { steps: 2, config: small, device: places[i]! })),
    );
    expect(trainings).toMatchObject([0, 1].map(() => ({ reason: { code: 'not-shareable' } })));
    expect(String((trainings[0] as PromiseRejectedResult).reason.message)).toContain('tables/rewards');
  });
});

it('go on without one that was disposed of, though its place was not left', async () => {
  const places = shareDevice(await loopDevice(), 2);
  const ended = places.map((device, i) => finish(td3Bc, { device, config: small, steps: 3 + 3 * i }));
  const [short, long] = await Promise.all(ended);
  expect([short!.metrics.length, long!.metrics.length]).toEqual([3, 6]);
});

it('are refused if they take different steps', async () => {
  const places = shareDevice(await loopDevice(), 2);
  const trainings = await Promise.allSettled(
    [1, 2].map((alpha, i) =>
      train(td3Bc, dataset, { steps: 2, config: { ...small, alpha }, device: places[i]! }),
    ),
  );
  expect(trainings).toMatchObject([0, 1].map(() => ({ reason: { code: 'not-shareable' } })));
  expect(String((trainings[0] as PromiseRejectedResult).reason.message)).toContain('take different steps');
});

function sameShape() {
  const rows = points.map((_, row) => row % 20 === 19);
  return { observations: points, actions: points.map(([x]) => [Math.tanh(x!)]), terminated: rows };
}

it('only devices that take steps in loops are shared', async () => {
  const device = await openDevice('cpu');
  expect(() => shareDevice(device, 2)).toThrow(/The device cpu takes no steps in loops/);
});
