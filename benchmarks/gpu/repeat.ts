import { type AnyAlgorithm, dt, td3Bc, train } from '@lamo/algos';
import { type Device, openDevice } from '@lamo/runtime';
import { randomDataset } from '../speed/random-dataset';
import { numbersOf } from './compute-training';
import type { PartSetup } from './row';

/** Trains with the same seed twice: all numbers must be the same, to the bit. */
export async function checkRepeat({ plugin, isSmall, report }: PartSetup): Promise<void> {
  const device = await openDevice('xla', { plugin });
  for (const [algorithm, steps] of [
    [td3Bc, isSmall ? 20 : 500],
    [dt, isSmall ? 2 : 64],
  ] as const) {
    const [first, second] = [
      await trainOnce(algorithm, device, steps),
      await trainOnce(algorithm, device, steps),
    ];
    const differing = first.reduce((count, x, i) => count + (Object.is(x, second[i]) ? 0 : 1), 0);
    report({
      what: `${steps} steps of ${algorithm.title} with one seed, twice`,
      result: differing === 0 ? 'the same to the bit' : `${differing} of ${first.length} numbers differ`,
      isGood: differing === 0,
    });
  }
}

async function trainOnce(algorithm: AnyAlgorithm, device: Device, steps: number): Promise<Float32Array> {
  const run = await train(algorithm, randomDataset({ rows: 10_000 }), { steps, every: steps, device });
  for await (const _ of run);
  const state = await run.state();
  await run.dispose();
  return numbersOf(state);
}
