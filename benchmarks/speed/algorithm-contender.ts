import { type AnyAlgorithm, train } from '@lamo/algos';
import type { Device } from '@lamo/runtime';
import type { Contender } from './contender';
import { randomDataset } from './random-dataset';

/** What a training needs that is not a dataset of random numbers. */
export interface Prepared {
  readonly data: unknown;
  readonly config: Readonly<Record<string, unknown>>;
  /** Removes what nobody needs once the training has begun. */
  discard(): void;
}

/** How {@link algorithmContender} trains. */
export interface AlgorithmOptions {
  /** Settings that differ from the algorithm's defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Steps between two looks at the training, as in `train`; devices that take steps in loops get more. */
  readonly every: number;
  /** Makes what it learns from, and settings that go with it. @default a dataset of random numbers */
  readonly prepare?: () => Promise<Prepared>;
}

/** One of our own algorithms on random data, on any device, as `train` runs it. */
export async function algorithmContender(
  algorithm: AnyAlgorithm,
  device: Device,
  { config = {}, every, prepare }: AlgorithmOptions,
): Promise<Contender> {
  const prepared = await prepare?.();
  const run = await train(algorithm, prepared?.data ?? randomDataset(), {
    // A rate that falls over an endless plan does not exist.
    steps: prepared === undefined ? Number.POSITIVE_INFINITY : 1e6,
    config: { ...config, ...prepared?.config },
    device,
    every: portionOf(device, every),
  });
  prepared?.discard();
  const steps = run[Symbol.asyncIterator]();
  return {
    name: device.description,
    async measure(atLeast) {
      const before = run.step;
      const start = performance.now();
      while (run.step < before + atLeast) await steps.next();
      return (performance.now() - start) / (run.step - before);
    },
    close: () => run.dispose(),
  };
}

/** Eager devices gain nothing from larger portions, and are slow enough to be measured step by step. */
function portionOf(device: Device, every: number): number {
  if (device.compileLoop !== undefined) return LOOP;
  return device.isCompiled ? every : 1;
}

/** Steps that a loop on a device takes at most. */
const LOOP = 256;
