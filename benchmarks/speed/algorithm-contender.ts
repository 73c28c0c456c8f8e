import { type AnyAlgorithm, train } from '@lamo/algos';
import { createDataset, type Dataset, Rng } from '@lamo/data';
import type { Device } from '@lamo/runtime';
import type { Contender } from './contender';

/** Sizes of D4RL's Hopper. */
const HOPPER = { observationSize: 11, actionSize: 3, rows: 100_000 };

/** Our own algorithm at its default sizes on random data, on any device, as `train` runs it. */
export async function algorithmContender(algorithm: AnyAlgorithm, device: Device): Promise<Contender> {
  const dataset = randomDataset(Rng.fromSeed(1));
  // Eager devices gain nothing from larger portions, and are slow enough to be measured step by step.
  const every = device.isCompiled ? 40 : 1;
  const run = await train(algorithm, dataset, { steps: Number.POSITIVE_INFINITY, device, every });
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

function randomDataset(rng: Rng): Dataset {
  const { observationSize, actionSize, rows } = HOPPER;
  const draw = (size: number) => Float32Array.from({ length: size }, () => rng.normal());
  const truncated = new Uint8Array(rows);
  for (let row = 999; row < rows; row += 1000) truncated[row] = 1;
  return createDataset({
    name: 'random',
    observationSize,
    actionSize,
    observations: draw(rows * observationSize),
    actions: draw(rows * actionSize).map(Math.tanh),
    rewards: draw(rows),
    terminated: new Uint8Array(rows),
    truncated,
  });
}
