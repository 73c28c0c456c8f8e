import { type AnyAlgorithm, parseConfig, trainingProgram } from '@lamo/algos';
import { createDataset, type Dataset, Rng } from '@lamo/data';
import type { Device } from '@lamo/runtime';
import type { Contender } from './contender';

/** Sizes of D4RL's Hopper. */
const HOPPER = { observationSize: 11, actionSize: 3, rows: 100_000 };

/** Our own algorithm at its default sizes on random data, on any device: sampling, noise and step. */
export async function algorithmContender(algorithm: AnyAlgorithm, device: Device): Promise<Contender> {
  const rng = Rng.fromSeed(1);
  const dataset = randomDataset(rng);
  const config = parseConfig(algorithm);
  const source = algorithm.batches(dataset, config, rng.split('batches'));
  const state = algorithm.init(dataset, config, rng.split('init'));
  const executable = await device.compile(trainingProgram(algorithm, config, state, source));
  const noise = rng.split('noise');
  let taken = 0;
  return {
    name: device.description,
    async measure(steps) {
      const start = performance.now();
      for (let i = 0; i < steps; i++) {
        source.next(executable.inputs);
        taken += 1;
        await executable.run(algorithm.stepAt(taken, config), noise);
      }
      return (performance.now() - start) / steps;
    },
    close: () => executable.dispose(),
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
